# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""file-cache probe on a mounted cache: exit status, words and JSON (design.md, Interfaces)."""

import json

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.main import main
from ansible_collections.renderfarm.file_cache.tests.e2e.host.conftest import NAME


@pytest.fixture
def probe(capfd, monkeypatch):
    """Return a function that runs the verb: (exit status, standard output, standard error)."""
    monkeypatch.delenv('SUDO_UID', raising=False)

    def run(*words):
        code = main(['probe'] + [str(word) for word in words])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def test_the_right_cache_answers(host, probe):
    code, out, err = probe(host.point, '--expect', NAME, '--write-test')
    assert (code, err) == (0, '')
    assert out == ('The cache "%s" is mounted at %s and answers (1 name, a file was written and '
                   'read).\n' % (NAME, host.point))
    assert sorted(path.name for path in host.point.iterdir()) == ['f']


def test_json_has_all_keys(host, probe):
    code, out, _err = probe(host.point, '--json')
    found = json.loads(out)
    assert code == 0 and found['fsname'] == NAME and found['entries'] == 1
    assert (found['cause'], found['error'], found['remedy']) == (None, None, None)
    code, out, _err = probe('/', '--json')
    broken = json.loads(out)
    assert code == 2 and broken['cause'] == 'not_lustre' and broken['remedy']
    assert set(broken) == set(found)


def test_another_cache_names_both(host, probe):
    code, out, err = probe(host.point, '--expect', 'abcd1234')
    assert (code, out) == (2, '') and NAME in err and 'abcd1234' in err


def test_a_folder_without_a_mount(host, probe, tmp_path):
    """field-reports D2: a folder that could be written is no cache."""
    code, out, err = probe(tmp_path)
    assert (code, out) == (2, '') and str(tmp_path) in err


@pytest.mark.parametrize('word', ['cache', '@assets', '/mnt/../etc'])
def test_what_is_no_folder_is_one_line(probe, word):
    code, _out, err = probe(word)
    assert code == 2 and err.count('\n') == 1 and 'Traceback' not in err

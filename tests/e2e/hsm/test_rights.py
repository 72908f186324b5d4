# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user who is not root (lustre-hsm H60, H61): what he may ask for, and one clear error."""

import json
import os
import shutil
import traceback

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.hsm.conftest import counts

ARTIST = 1000


def as_artist(world, verb, **words):
    """Run a verb in a forked child without root's rights; return (summary, exit status)."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setgroups([])
            os.setresgid(ARTIST, ARTIST, ARTIST)
            os.setresuid(ARTIST, ARTIST, ARTIST)
            summary = world.run(verb, **words)
            os.write(writing, json.dumps([summary, world.code]).encode())
            code = 0
        except BaseException:
            # Shown with the output of the test that fails.
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, 'rb') as pipe:
        said = pipe.read()
    assert os.waitpid(pid, 0)[1] == 0
    return json.loads(said.decode())


@pytest.fixture(name='shared')
def make_shared(world):
    """A tree that everybody may write, reachable for everybody, and an `lfs` likewise."""
    world.many(60)
    for number in range(60):
        os.chmod(world.at('many/%04d' % number), 0o666)
    for folder, _folders, _files in os.walk(os.path.dirname(world.path)):
        os.chmod(folder, 0o777)
    binary = os.path.join(world.cache.folder, 'lfs')
    shutil.copy(world.binary, binary)
    os.chmod(binary, 0o755)
    world.binary = binary
    return world


def test_an_archive_needs_root(shared):
    summary, code = as_artist(shared, 'archive')
    assert code == 1
    assert summary['reasons']['failed'].get('no_rights')
    assert 'sudo' in summary['error']
    assert summary['hsm_requests'] < 20
    assert counts(shared.run('archive')) == {'done': 60}


def test_a_release_needs_write_permission(shared):
    shared.run('archive')
    os.chmod(shared.at('many/0007'), 0o444)
    summary, code = as_artist(shared, 'evict')
    assert counts(summary) == {'done': 59, 'failed denied': 1}
    assert code == 1


def test_everybody_may_hydrate(shared):
    shared.run('archive')
    shared.run('evict')
    summary, code = as_artist(shared, 'hydrate')
    assert counts(summary) == {'done': 60}
    assert code == 0


def test_a_state_needs_read_permission(shared):
    os.chmod(shared.at('many/0007'), 0)
    summary, code = as_artist(shared, 'state', expect_clean=True)
    assert summary['states']['before']['unknown']['files'] == 1
    assert code == 1

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not stand anywhere in the tree, and what must agree."""

import ast
import re

import pytest
import yaml
from ansible_collections.renderfarm.file_cache.tests.repo.tree import ROOT, files, name_of

# Put together here, so that this file does not name them itself.
REGISTRY_HOSTS = ['.'.join(parts) for parts in (
    ('pypi', 'org'), ('pythonhosted', 'org'), ('npmjs', 'org'), ('debian', 'org'),
    ('ubuntu', 'com'), ('golang', 'org'), ('crates', 'io'), ('docker', 'io'), ('quay', 'io'),
    ('ghcr', 'io'), ('galaxy', 'ansible', 'com'))]
MACHINE_PATHS = ['/%s' % path for path in (
    'work/', 'root/.', 'opt/pypi', 'opt/wheels', 'tmp/wt/', 'tmp/venvs')]

FORBIDDEN = re.compile('|'.join(
    [r'(?<![\w-])(?:[\w-]+\.)*%s\b' % re.escape(host) for host in REGISTRY_HOSTS]
    + [r'(?<![\w.}-])%s' % re.escape(path) for path in MACHINE_PATHS]))


@pytest.mark.parametrize('text, found', [
    ('pip install --index-url https://files.%s/simple' % REGISTRY_HOSTS[1], True),
    ('deb http://deb.%s/%s bookworm' % (REGISTRY_HOSTS[3], 'x'), True),
    ('cd %smain' % MACHINE_PATHS[0], True),
    ('from ansible.module_utils.basic import AnsibleModule', False),
    ('tests/work/file', False),
])
def test_the_pattern_finds_what_it_is_for(text, found):
    assert bool(FORBIDDEN.search(text)) is found


def test_no_file_names_a_registry_host_or_a_path_of_one_machine():
    hits = []
    for path in files(':!LICENSE'):
        for number, line in enumerate(path.read_text(errors='replace').splitlines(), 1):
            if FORBIDDEN.search(line):
                hits.append('%s:%d: %s' % (name_of(path), number, line.strip()[:100]))
    assert not hits, '\n'.join(hits)


def test_no_file_holds_unfinished_work():
    marks = re.compile(r'\b(%s)\b' % '|'.join(('TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX')))
    hits = [name_of(path) for path in files(':!LICENSE')
            if marks.search(path.read_text(errors='replace'))]
    assert not hits, hits


def test_one_version_number():
    galaxy = yaml.safe_load((ROOT / 'galaxy.yml').read_text(encoding='utf-8'))
    source = (ROOT / 'plugins/module_utils/hsm/version.py').read_text(encoding='utf-8')
    assert re.search(r"^VERSION = '(.+)'$", source, re.MULTILINE).group(1) == galaxy['version']


def test_the_product_is_licensed_file_by_file():
    for path in files('plugins/*.py'):
        text = path.read_text(encoding='utf-8')
        if path.name != '__init__.py':
            assert 'SPDX-License-Identifier: GPL-3.0-or-later' in text[:400], name_of(path)


def test_no_ignore_file_hides_a_finding():
    assert not files('tests/sanity/ignore*')


def modules():
    return [path for path in files('plugins/modules/*.py') if path.name != '__init__.py']


@pytest.mark.parametrize('path', modules(), ids=name_of)
def test_every_module_is_in_an_action_group(path):
    runtime = yaml.safe_load((ROOT / 'meta/runtime.yml').read_text(encoding='utf-8'))
    assert path.stem in sum(runtime['action_groups'].values(), [])


@pytest.mark.parametrize('path', modules(), ids=name_of)
def test_every_module_has_unit_tests_and_a_real_run(path):
    assert files('tests/unit/plugins/modules/test_%s.py' % path.stem)
    runs = ''.join(file.read_text(encoding='utf-8') for file in files('tests/e2e/modules'))
    assert 'renderfarm.file_cache.%s' % path.stem in runs


# Who may make a process: child.py forks, and what it forks may become a program in forked.py.
CHOKE_POINT = {
    'plugins/module_utils/hsm/child.py': {'fork'},
    'plugins/module_utils/hsm/forked.py': {'execve'},
}


@pytest.mark.parametrize('path', files('plugins/*.py'), ids=name_of)
def test_nothing_of_the_product_makes_a_process_outside_the_choke_point(path):
    """Design, safety rules 2 and 6: processes are made in one place."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
    makers = {name for name in names if name and re.match(
        r'(subprocess|multiprocessing|pty|system|popen|fork|forkpty|exec[lv]\w*|posix_spawnp?'
        r'|spawn[lv]\w*|popen\w*)$', name)}
    assert makers == CHOKE_POINT.get(name_of(path), set())


def test_only_three_files_make_the_jobs_that_run_a_program():
    """Design, safety rule 2: an allow-list, or one program only, stands before each of them."""
    users = [name_of(path) for path in files('plugins/*.py')
             if 'ExecJob' in path.read_text(encoding='utf-8')]
    assert sorted(users) == ['plugins/module_utils/deadline/command.py',
                             'plugins/module_utils/host/programs.py',
                             'plugins/module_utils/hsm/child.py',
                             'plugins/module_utils/hsm/lfs.py']

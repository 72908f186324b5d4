# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles: what they say they take is what they take."""

import re

import pytest
import yaml
from ansible_collections.renderfarm.file_cache.tests.repo.tree import ROOT, files, name_of

ROLES = sorted({name_of(path).split('/')[1] for path in files('roles/*/tasks/*')})


def read(role, name):
    return yaml.safe_load((ROOT / 'roles' / role / name).read_text(encoding='utf-8'))


def options_of(role):
    """The options of all entry points; what two of them share is one definition."""
    options = {}
    for entry in read(role, 'meta/argument_specs.yml')['argument_specs'].values():
        for name, spec in entry['options'].items():
            assert options.setdefault(name, spec) == spec, name
    return options


def test_there_are_roles():
    assert ROLES


@pytest.mark.parametrize('role', ROLES)
def test_the_defaults_are_those_of_the_argument_specs(role):
    """A default that is made from other variables cannot stand in the specs as a value."""
    defaults = {name: value for name, value in read(role, 'defaults/main.yml').items()
                if '{{' not in str(value)}
    specified = {name: spec['default'] for name, spec in options_of(role).items()
                 if 'default' in spec}
    assert defaults == specified


@pytest.mark.parametrize('role', ROLES)
def test_every_variable_is_specified_and_stands_in_the_defaults(role):
    """One without a default stands there too, commented out."""
    text = (ROOT / 'roles' / role / 'defaults/main.yml').read_text(encoding='utf-8')
    assert sorted(re.findall(r'^(?:# )?(%s_\w+):' % role, text, re.M)) == sorted(options_of(role))


@pytest.mark.parametrize('role', ROLES)
def test_variables_and_tags_carry_the_name_of_the_role(role):
    assert not [name for name in options_of(role) if not name.startswith(role + '_')]
    for path in files('roles/%s/tasks/*.yml' % role):
        text = path.read_text(encoding='utf-8')
        for tag in re.findall(r'\btags: (\w+)', text):
            assert tag == 'always' or tag.startswith(role + '_'), name_of(path)
        for variable in re.findall(r'^ +(?:register|vars): (\w+)', text, re.M):
            assert variable.startswith('__%s_' % role), name_of(path)


@pytest.mark.parametrize('role', ROLES)
def test_no_task_touches_the_mounted_tree_or_asks_for_facts_of_mounts(role):
    """field-reports L11 and L16: these hang on a dead cache, and cannot be ended."""
    hanging = re.compile(r'(?<!\w)(fuser|lsof|findmnt|mountpoint|gather_facts|umount|setup:)(?!\w)')
    for path in files('roles/%s/*.yml' % role, 'roles/%s/*.j2' % role):
        assert not hanging.findall(path.read_text(encoding='utf-8')), name_of(path)


def tasks_of(content):
    for task in content or []:
        yield task
        for part in ('block', 'rescue', 'always'):
            for inner in tasks_of(task.get(part)):
                yield inner


@pytest.mark.parametrize('path', files('roles/*/tasks/*.yml'), ids=name_of)
def test_only_etc_is_searched_and_nothing_is_changed_recursively(path):
    for task in tasks_of(yaml.safe_load(path.read_text(encoding='utf-8'))):
        for module, given in task.items():
            if isinstance(given, dict) and given.get('recurse'):
                assert module == 'ansible.builtin.find' and given['paths'].startswith('/etc/')


def reached(role, name):
    """Yield the tasks of a file and of those that it includes by name."""
    for task in tasks_of(read(role, 'tasks/' + name)):
        yield task
        given = task.get('ansible.builtin.include_tasks')
        inner = given['file'] if isinstance(given, dict) else given
        if inner and '{{' not in inner:
            yield from reached(role, inner)


@pytest.mark.parametrize('branch', ['client.yml', 'client_of_image.yml'])
def test_whoever_installed_the_client_the_programs_of_our_units_are_there(branch):
    """Also at the stage boot alone, on an image that another tool has made."""
    role = 'file_cache_client'
    programs = {command.split()[0] for path in files('roles/%s/templates/*.service.j2' % role)
                for command in re.findall(r'^ExecStart=(.*)', path.read_text(), re.M)}
    ours = read(role, 'vars/main.yml')['__file_cache_client_files']
    assert programs == {'/opt/file-cache/bin/file-cache', ours['tuning']}
    assert [task for task in reached(role, branch)
            if "['tuning']" in str(task.get('ansible.builtin.copy'))]

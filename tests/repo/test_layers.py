# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each layer knows only the one below it (design.md, Layers and Simulators)."""

import ast

from ansible_collections.renderfarm.file_cache.tests.repo.tree import files, name_of


def absolute_imports(path):
    """Yield what a file imports, relative imports resolved to paths like plugins.module_utils."""
    package = name_of(path.parent).split('/')
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else []
            origin = '.'.join(base + ([node.module] if node.module else []))
            yield origin
            for alias in node.names:
                yield '%s.%s' % (origin, alias.name)


def python_files(folder):
    found = files(folder)
    assert found, 'nothing found below %s: this rule would check nothing' % folder
    return [path for path in found if path.suffix == '.py'
            or path.read_bytes().startswith(b'#!/usr/bin/env python')]


def imports_of(folder, forbidden):
    return ['%s imports %s' % (name_of(path), origin)
            for path in python_files(folder) for origin in absolute_imports(path)
            if any((origin + '.').startswith(prefix + '.') for prefix in forbidden)]


def mentions_in(folder, words):
    return ['%s speaks of %s' % (name_of(path), word)
            for path in python_files(folder) for word in words
            if word in path.read_text(encoding='utf-8').lower()]


def test_the_simulated_farm_does_not_use_the_product():
    assert not imports_of('tests/farm', ['plugins', 'ansible_collections', 'ansible'])
    # Not plain 'plugins/': a Deadline repository has a folder of that name.
    assert not mentions_in('tests/farm', [
        'module_utils', 'plugin_utils', 'plugins/action', 'plugins/filter', 'plugins/modules'])


# Above the engine and below the command, from the lowest up.
BUILT_ON_THE_ENGINE = ['plugins.module_utils.' + name
                       for name in ('host', 'watch', 'writeback', 'guard', 'command')]


def test_the_engine_knows_neither_ansible_nor_what_is_built_on_it():
    assert not imports_of('plugins/module_utils/hsm', [
        'ansible', 'ansible_collections', 'plugins.modules'] + BUILT_ON_THE_ENGINE)


def test_what_knows_the_host_knows_only_the_engine():
    """Mounts, units and processes: one layer above the engine, below all the rest."""
    assert not imports_of('plugins/module_utils/host', [
        'ansible', 'ansible_collections', 'plugins.modules'] + BUILT_ON_THE_ENGINE[1:])


def test_the_watch_knows_only_the_host_and_the_engine():
    assert not imports_of('plugins/module_utils/watch', [
        'ansible', 'ansible_collections', 'plugins.modules', 'plugins.module_utils.command',
        'plugins.module_utils.writeback', 'plugins.module_utils.guard'])


def test_the_writeback_knows_neither_ansible_nor_who_calls_it():
    assert not imports_of('plugins/module_utils/writeback', [
        'ansible', 'ansible_collections', 'plugins.modules', 'plugins.module_utils.command',
        'plugins.module_utils.guard'])


def test_the_guard_knows_neither_ansible_nor_the_command():
    assert not imports_of('plugins/module_utils/guard', [
        'ansible', 'ansible_collections', 'plugins.modules', 'plugins.module_utils.command'])


def test_the_command_does_not_know_ansible():
    assert not imports_of('plugins/module_utils/command', [
        'ansible', 'ansible_collections', 'plugins.modules'])


def test_the_deadline_client_makes_processes_as_the_engine_does_and_knows_nothing_else():
    found = imports_of('plugins/module_utils/deadline', [
        'ansible', 'ansible_collections', 'plugins.modules', 'plugins.module_utils.hsm'] +
        BUILT_ON_THE_ENGINE)
    assert not [line for line in found if not line.split()[-1].startswith((
        'plugins.module_utils.hsm.child', 'plugins.module_utils.hsm.escape'))]


def test_what_knows_the_client_knows_only_itself():
    """Kernels and packages: the facts that the role is built on."""
    assert not imports_of('plugins/module_utils/client', [
        'ansible', 'ansible_collections', 'plugins.modules'] + [
        'plugins.module_utils.hsm'] + BUILT_ON_THE_ENGINE)


def test_the_product_does_not_know_a_simulator():
    assert not imports_of('plugins', ['tests'])
    assert not mentions_in('plugins', ['simulat', 'tests/farm', 'fuse.lustre'])

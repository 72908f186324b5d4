# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as a user gets it: built, installed, and its documentation read."""

import json
import os
import pathlib
import subprocess
import sys

import pytest
from ansible_collections.renderfarm.file_cache.tests.repo.tree import ROOT, files

SHIPPED = {
    'CHANGELOG.md', 'CONTRIBUTING.md', 'FILES.json', 'LICENSE', 'MANIFEST.json', 'README.md',
    'changelogs', 'docs', 'meta', 'plugins', 'roles'}
BIN = pathlib.Path(sys.executable).parent


def ansible(command, *words, **more):
    variables = {name: value for name, value in os.environ.items()
                 if not name.startswith('ANSIBLE_')}
    done = subprocess.run([str(BIN / command)] + list(words), cwd=str(ROOT), check=False,
                          env=dict(variables, **more), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope='module')
def installed(tmp_path_factory):
    """The folder that holds ansible_collections with the built collection in it."""
    folder = tmp_path_factory.mktemp('built')
    ansible('ansible-galaxy', 'collection', 'build', '--output-path', str(folder))
    tarball, = folder.glob('renderfarm-file_cache-*.tar.gz')
    ansible('ansible-galaxy', 'collection', 'install', '--offline', '-p', str(folder),
            str(tarball), ANSIBLE_COLLECTIONS_PATH=str(folder))
    return folder


def test_nothing_of_the_checkout_is_shipped(installed):
    root = installed / 'ansible_collections' / 'renderfarm' / 'file_cache'
    assert {path.name for path in root.iterdir()} == SHIPPED
    assert not list(root.rglob('__pycache__'))


def test_every_module_documents_itself(installed):
    names = ['renderfarm.file_cache.' + path.stem for path in files('plugins/modules/*.py')]
    shown = json.loads(ansible('ansible-doc', '--json', *names,
                               ANSIBLE_COLLECTIONS_PATH=str(installed)))
    assert sorted(shown) == sorted(names)
    for name in names:
        assert shown[name]['doc']['attributes']['check_mode']['support'] == 'full'
        assert name in shown[name]['examples'] and shown[name]['return']

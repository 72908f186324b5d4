# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads the single files of the Deadline side as Deadline does: as text, no __file__ (11)."""

import functools
import os
import sys
import types
from unittest import mock

FILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', '..', 'roles',
                     'deadline_filecache', 'files')
PLUGIN = 'events/FileCacheHandler/FileCacheHandler.py'


def read(name):
    """Return the text of a file of the role."""
    with open(os.path.join(FILES, name), encoding='utf-8') as stream:
        return stream.read()


@functools.lru_cache(maxsize=None)
def _compiled(name):
    return compile(read(name), os.path.basename(name), 'exec')


def modules(**scripting):
    """Return the modules that Deadline gives to what it runs, with these names in Scripting."""
    names = {name: types.ModuleType(name)
             for name in ('Deadline', 'Deadline.Events', 'Deadline.Scripting')}
    names['Deadline.Events'].DeadlineEventListener = type('DeadlineEventListener', (), {})
    for name in ('ClientUtils', 'RepositoryUtils', 'FrameUtils', 'MonitorUtils'):
        setattr(names['Deadline.Scripting'], name, scripting.get(name, types.SimpleNamespace()))
    return names


def load(name, **scripting):
    """Run a file of the role as Deadline does; return what it defines."""
    namespace = {'__name__': 'deadline_script'}
    with mock.patch.dict(sys.modules, modules(**scripting)):
        exec(_compiled(name), namespace)
    return types.SimpleNamespace(**namespace)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of events by their handles. A handle here is a path, and so it fails with ENOENT.

That is what Lustre says when a file goes between two looks at it; the kernel says ESTALE, which
tests/e2e/watch tries with real handles.
"""

import errno
import os
from collections import namedtuple

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch import named
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.fanotify import (
    NO_FILE,
    Event,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.sighting import Unseen

Mount = namedtuple('Mount', 'point')


@pytest.fixture
def mount(tmp_path, monkeypatch):
    monkeypatch.setattr(named.fanotify, 'open_handle',
                        lambda root, handle: os.open(handle, os.O_PATH))
    monkeypatch.setattr(named, 'open_root', lambda mount: os.open(mount.point, os.O_RDONLY))
    return tmp_path


@pytest.fixture
def files(mount):
    made = named.NamedFiles(Mount(os.fsencode(str(mount))))
    yield made
    made.end_batch()


def closed(path):
    """The event of a file that was written."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b'x')
    return Event(8, NO_FILE, 1, os.fsencode(str(path)), os.fsencode(str(path.parent)),
                 os.fsencode(path.name))


def test_a_file_is_sighted(files, mount):
    event = closed(mount / 'a')
    assert files.sight(event).path == os.fsencode(str(mount / 'a'))


def test_a_file_that_is_gone_is_nothing(files, mount):
    event = closed(mount / 'a')
    os.unlink(mount / 'a')
    assert files.sight(event) is None


def test_a_temporary_folder_that_is_gone_is_nothing(files, mount):
    event = closed(mount / 'tmp' / 'a')
    os.unlink(mount / 'tmp' / 'a')
    os.rmdir(mount / 'tmp')
    assert files.sight(event) is None


def test_what_cannot_be_found_while_the_server_has_troubles_is_unseen(files, mount, monkeypatch):
    event = closed(mount / 'tmp' / 'a')
    os.unlink(mount / 'tmp' / 'a')
    os.rmdir(mount / 'tmp')

    def in_trouble(path):
        raise OSError(errno.EIO, 'Input/output error')

    with monkeypatch.context() as patch:
        patch.setattr(os, 'lstat', in_trouble)
        with pytest.raises(Unseen, match='Input/output error'):
            files.sight(event)


def test_what_lustre_makes_for_itself_is_nothing(files, mount):
    """fanotify F31"""
    assert files.sight(closed(mount / '.\x0c\x13:VOLATILE:0000:691E7C34:fd=08')) is None

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of a worker that is not root: the real sudo, by the rule that the role writes."""

import shutil
import tempfile
from pathlib import Path

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.command.worker import ARTIST, GID, UID
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.plugin.site import Site
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.plugin.studio import Studio
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm as caches


@pytest.fixture
def site():
    """All of it where the worker's user can look; a test's own folder is root's alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    studio = Studio(folder / 'deadline')
    try:
        with caches.Cache(str(folder / 'farm')) as cache:
            one = Site(folder, studio, cache, python='/usr/bin/python3', user=[
                'setpriv', '--reuid=%d' % UID, '--regid=%d' % GID, '--init-groups'])
            one.set()
            yield one
            one.close()
    finally:
        studio.farm.close()
        shutil.rmtree(str(folder))


def test_a_refresh_through_sudo(site):
    """Scope changed as the worker's user: the list is read by his shell, moved by root."""
    site.studio.submit()
    site.run_helpers()
    site.edit('assets/a/1.tx')
    job = site.studio.submit()
    site.run_helpers()
    assert {one['status'] for one in site.studio.helpers()} == {'Completed'}
    assert site.studio.status(job) == 'Active'
    assert site.read('assets/a/1.tx') == b'two, longer'
    line = next(line for line in iter(site.host.journal.line, '') if 'verb=refresh' in line)
    assert 'user=%s' % ARTIST in line and 'path="@assets"' in line


def test_a_cancelled_helper_ends_the_command_of_root(site):
    """The worker's user cannot kill it; it ends by itself when nobody listens any more."""
    site.cancel_while_the_cache_is_silent()

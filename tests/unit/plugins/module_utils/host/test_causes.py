# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failed mount says, row by row: cause, whether trying again helps, what to do next.

The messages are those of filecache-and-peers A2.4, of mount.lustre, mount(8), systemd and the
kernel, as they are written.
"""

import errno
import re

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import causes, diagnosis

SOURCE = 'fc-0.fsx.eu-west-1.amazonaws.com@tcp:/abcd1234'
KNOWN = {'source': SOURCE, 'point': '/mnt/cache', 'kernel': '5.14.0-427.el9',
         'taker': 'process 812 (rpc.statd), which listens on it', 'found': 'nas:/export',
         'expect': 'abcd1234'}
FAILED = 'mount.lustre: mount %s at /mnt/cache failed: ' % SOURCE

# Each row of A2.4 that is a message of a mount: (text, cause, a word of the remedy).
CATALOGUE = [
    (FAILED + 'No such file or directory\nIs the MGS specification correct?\n'
     'Is the filesystem name correct?\n'
     'If upgrading, is the copied client log valid? (see upgrade docs)',
     'wrong_name', 'MountName'),
    (FAILED + 'Connection timed out', 'timed_out', 'security group'),
    (FAILED + 'Input/output error\nIs the MGS running?', 'mgs_silent', '1018-1023'),
    ("Can't parse NID '%s'" % SOURCE, 'name_unresolved', 'VPC'),
    ("LNetError: 122-1: Can't start acceptor on port 988: port already in use",
     'port_taken', 'noresvport'),
    (FAILED + 'No such device\nAre the lustre modules loaded?\n'
     'Check /etc/modprobe.conf and /proc/filesystems', 'module_not_loaded', 'modprobe'),
    (FAILED + 'Invalid argument\nThis may have multiple causes.\nAre the mount options correct?\n'
     'Check the syslog for more info.', 'options', 'relatime,flock'),
    ("LustreError: 156-2: The client profile 'abcd1234-client' could not be read from the MGS.",
     'profile', 'EL 10'),
]

# What else mount(8), the helper and systemd say.
OTHERS = [
    ("mount: /mnt/cache: unknown filesystem type 'lustre'.", 'client_missing'),
    ('mount: /mnt/cache: bad option; for several filesystems (e.g. nfs, cifs) you might need ...',
     'client_missing'),
    ('you might need a /sbin/mount.<type> helper program.', 'client_missing'),
    ('mount: /mnt/cache: wrong fs type, bad option, bad superblock on %s, missing codepage or '
     'helper program, or other error.' % SOURCE, 'client_missing'),
    (FAILED + 'File exists', 'file_exists'),
    ('mnt-cache.mount: Mount process exited, code=exited, status=17/n/a', 'file_exists'),
    (FAILED + 'Connection reset by peer', 'connection_reset'),
    ('mnt-cache.mount: Mount process exited, code=exited, status=104/n/a', 'connection_reset'),
    (FAILED + 'Connection refused', 'connection_refused'),
    ('Mount process exited, code=exited, status=111/n/a', 'connection_refused'),
    (FAILED + 'No route to host', 'no_route'),
    (FAILED + 'Network is unreachable', 'no_route'),
    (FAILED + 'Network is down', 'no_route'),
    ('Mount process exited, code=exited, status=113/n/a', 'no_route'),
    ('mnt-cache.mount: Mounting timed out. Terminating.', 'timed_out'),
    ('Mount process exited, code=exited, status=110/n/a', 'timed_out'),
    ('Mount process exited, code=exited, status=5/NOTINSTALLED', 'mgs_silent'),
    (FAILED + 'Cannot send after transport endpoint shutdown', 'cut_off'),
    (FAILED + 'Transport endpoint is not connected', 'cut_off'),
    ('mount: /mnt/cache: Stale file handle', 'cut_off'),
    ('Mount process exited, code=exited, status=22/n/a', 'options'),
    ('Unit mnt-cache.automount is not supported on this system.', 'no_automount'),
    ("A dependency job for mnt-cache.mount failed. See 'journalctl -xe' for details.",
     'dependency'),
    ('Dependency failed for /mnt/cache.', 'dependency'),
    ('mount: /mnt/cache: mount point does not exist.', 'no_folder'),
    ('mount: /mnt/cache: mount point is not a directory.', 'no_folder'),
    ('mount: /mnt/cache: must be superuser to use mount.', 'denied'),
    (FAILED + 'Permission denied', 'denied'),
    (FAILED + 'Operation not permitted', 'denied'),
    ('mount: /mnt/cache: %s already mounted or mount point busy.' % SOURCE, 'already_mounted'),
    (FAILED + 'Device or resource busy', 'already_mounted'),
    ('mount.lustre: fc-0.fsx.eu-west-1.amazonaws.com: Name or service not known',
     'name_unresolved'),
    ('Temporary failure in name resolution', 'name_unresolved'),
    ('something that nobody has seen', 'unknown'),
    ('', 'unknown'),
]
MESSAGES = [row[:2] for row in CATALOGUE] + OTHERS
ROWS = {row.cause: row for row in causes.TABLE}


@pytest.mark.parametrize('text, cause', MESSAGES)
def test_what_is_said_has_one_cause(text, cause):
    found = diagnosis.read(text, **KNOWN)
    assert found.cause == cause
    assert found.heals is ROWS[cause].heals
    for line in text.split('\n'):
        assert ' '.join(line.split()) in found.message


@pytest.mark.parametrize('text, cause, word', CATALOGUE)
def test_each_row_of_the_catalogue_has_its_remedy(text, cause, word):
    """filecache-and-peers A2.4."""
    assert word in diagnosis.read(text, **KNOWN).remedy


@pytest.mark.parametrize('text, cause', MESSAGES)
def test_a_log_in_capitals_or_with_more_around_it_is_read_the_same(text, cause):
    around = 'systemd[1]: Mounting /mnt/cache...\n%s\nsystemd[1]: Failed to mount /mnt/cache.\n'
    assert diagnosis.read((around % text).upper(), **KNOWN).cause == cause


@pytest.mark.parametrize('first, second, cause', [
    # The kernel names what the helper only suffers from.
    (CATALOGUE[2][0], CATALOGUE[4][0], 'port_taken'),
    (CATALOGUE[5][0], CATALOGUE[4][0], 'port_taken'),
    (CATALOGUE[6][0], CATALOGUE[7][0], 'profile'),
    # A server that cannot be resolved is not one that is silent.
    (CATALOGUE[3][0], CATALOGUE[2][0], 'name_unresolved'),
    # systemd says of each mount that it failed with some status.
    (CATALOGUE[0][0], 'Mount process exited, code=exited, status=2/n/a', 'wrong_name'),
    (CATALOGUE[5][0], 'Mount process exited, code=exited, status=19/n/a', 'module_not_loaded'),
])
def test_of_two_messages_the_one_that_names_a_cause_counts(first, second, cause):
    for text in (first + '\n' + second, second + '\n' + first):
        assert diagnosis.read(text, **KNOWN).cause == cause


def test_every_pattern_is_met_by_a_message():
    met = {cause for _text, cause in MESSAGES}
    assert {row.cause for row in causes.TABLE if row.pattern is not None} <= met


def test_a_status_is_a_whole_number():
    """status=5 is not the beginning of status=51, nor the end of status=15."""
    for status in ('51', '15', '1104', '170', '1111'):
        assert diagnosis.read('code=exited, status=%s/n/a' % status, **KNOWN).cause == 'unknown'


@pytest.mark.parametrize('row', causes.TABLE, ids=lambda row: row.cause)
def test_a_row_is_whole_sentences_about_what_is_known(row):
    found = diagnosis.of(row.cause, **KNOWN)
    assert found.cause == row.cause
    for text in (found.message, found.remedy):
        assert re.match(r'(systemd|[A-Z"]).*\.\Z', text, re.DOTALL) and '%(' not in text
    assert 'It was said' not in found.message
    # What is not known is no reason to fail.
    assert '?' in diagnosis.of(row.cause).message or '%(' not in row.happened


def test_causes_are_words_and_each_stands_once():
    assert len(ROWS) == len(causes.TABLE)
    assert all(re.match(r'[a-z_]+\Z', cause) for cause in ROWS)


def test_a_long_text_is_cut_and_its_lines_are_joined():
    found = diagnosis.read('line\n\t of a log \r\n' * 1000, **KNOWN)
    assert found.message.endswith('[...]') and len(found.message) < 800
    assert '\n' not in found.message


def test_percent_signs_of_a_name_are_no_format():
    found = diagnosis.of('not_mounted', 'it said %s %(x)s', point='/mnt/100%s')
    assert '/mnt/100%s' in found.message and '%(x)s' in found.message


@pytest.mark.parametrize('number, cause', [
    (errno.ESHUTDOWN, 'cut_off'), (errno.ENOTCONN, 'cut_off'), (errno.EIO, 'cut_off'),
    (errno.ESTALE, 'cut_off'), (errno.EACCES, 'read_error'), (errno.ENODATA, 'read_error')])
def test_what_a_mount_answers_that_is_there(number, cause):
    """field-reports L10: still in the list of mounts, and dead."""
    assert diagnosis.of_errno(number, 'read_error', **KNOWN).cause == cause


def test_an_empty_mount_and_an_unreadable_one_have_their_sentences():
    """filecache-and-peers A2.4, the last two rows: what is seen and not said."""
    assert 'cannot load the names' in causes.EMPTY
    assert 'all_squash' in ROWS['read_error'].remedy

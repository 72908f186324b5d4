# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words for what went wrong with a file, and what a person can do about it."""

import errno

VANISHED = ('vanished', None)

# Of `lfs`, of opening a folder, and of stat alike.
_REASONS = {
    errno.EACCES: 'denied',
    errno.EPERM: 'denied',
    errno.ENOTTY: 'not_on_lustre',
    errno.ENODATA: 'not_on_lustre',
    errno.ENOTDIR: 'through_link',
    errno.ELOOP: 'through_link',
    errno.EXDEV: 'outside',
    errno.EINVAL: 'outside',
    errno.ENXIO: 'not_regular',
    errno.EISDIR: 'not_regular',
    # What look.py says of a name that is no regular file any more.
    errno.ESTALE: 'not_regular',
    errno.ESHUTDOWN: 'client_evicted',
    errno.ENOTCONN: 'client_evicted',
    errno.EAGAIN: 'coordinator_stopped',
    errno.EROFS: 'read_only',
    errno.ENAMETOOLONG: 'path_too_long',
}

REMEDIES = {
    'denied': 'Some files may not be read or changed by this user: run it through sudo.',
    'no_rights': 'Only root may ask for an archive: run it through sudo (file-cache needs '
                 'the rule that the role file_cache_client writes).',
    'not_on_lustre': 'Some names do not lie on the cache: give names below its mount.',
    'through_link': 'Some names lead through a symbolic link, which is not followed: give the '
                    'real names.',
    'outside': 'Some names lie on another mount: give names on the cache itself.',
    'not_regular': 'Only regular files can be moved; some names are something else.',
    'path_too_long': 'lfs cannot ask for names whose whole path is longer than 4095 bytes: bind '
                     'mount a folder nearer to them (mount --bind) and give that.',
    'missing': 'Some listed names do not exist: check the list.',
    'unreadable': 'Some names could not be looked at: try again, and look at the mount.',
    'client_evicted': 'The servers no longer answer this host (this client was evicted): files '
                      'written here in the last minutes may be lost. Unmount it, mount it '
                      'again, and look at them.',
    'coordinator_stopped': "The cache's HSM coordinator is stopped, so no archive and no restore "
                           'can start. Have it started again, then run this again.',
    'read_only': 'The cache is mounted read-only on this host: run it where it is mounted for '
                 'writing.',
    'not_saved': 'Some archives ended without saving: the filer may be full, read-only or out '
                 'of reach. These files are still in the cache. See to the filer, then run '
                 'this again.',
    'not_on_filer': 'The filer has no copy of some files: look for them there; a backup may '
                    'have them.',
    'no_space': 'The cache has no room for some files: evict something, or hydrate less.',
    'size_changed': 'Some files changed their size by the release alone, which is a fault of '
                    'older clients: hydrate them, which brings data and size back.',
    'stuck': 'Some calls were not answered in time and were left behind. Look at the actions of '
             'these files (lfs hsm_action); a restore that is stuck ends at the latest with '
             "the server's request timeout.",
    'stalled': 'Nothing moved for the stall timeout: no copytool answers, the coordinator is '
               'disabled, or it waits for requests that it cannot deliver. What was asked '
               'for is done when it goes on; run this again then.',
    'refused': 'The cache refused some requests for a reason that it does not tell: see the '
               'message.',
    'lfs_failed': 'lfs itself failed: see the message.',
    'dirty': 'Some files hold bytes that only the cache has: archive them first.',
    'not_archived': 'Some files were never saved: archive them first.',
}


def of_errno(number, otherwise='unreadable'):
    """Return (outcome, reason) of a file for which a call failed with this errno."""
    if number == errno.ENOENT:
        return VANISHED
    return 'failed', _REASONS.get(number, otherwise)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the options that were asked for are not in effect, by what the kernel shows.

What is asked and what is shown differ also when all is well: x-systemd.*, _netdev, nofail and
the like never reach the kernel, and clients show much that nobody asked for (checksum,
lazystatfs, nolock). So only those words are compared of which the kernel tells the truth.
"""

# Of each pair the first is what holds when neither was asked for; the last one asked wins.
_PAIRS = (('rw', 'ro'), ('suid', 'nosuid'), ('dev', 'nodev'), ('exec', 'noexec'))
# These imply three of the above.
_FOR_USERS = frozenset(['user', 'users', 'owner', 'group'])
# Without one of these the client takes strictatime, and other file systems relatime.
_ATIMES = ('noatime', 'relatime', 'strictatime')
_LOCKS = ('flock', 'localflock', 'noflock')
_XATTRS = ('user_xattr', 'nouser_xattr')
# Who shows one of these is a Lustre client, and shows its locks, too.
_CLIENT_WORDS = frozenset(_LOCKS + _XATTRS + ('lazystatfs', 'nolazystatfs', 'user_fid2path'))


def drift(asked, shown):
    """Return the words that should be in effect and are not; both: lists of text."""
    missing = []
    for ordinary, special in _PAIRS:
        if special != 'ro' and _FOR_USERS.intersection(asked):
            continue
        wanted = _last(asked, (ordinary, special)) or ordinary
        if (special in shown) != (wanted == special):
            missing.append(wanted)
    missing += _wrong(asked, shown, _ATIMES)
    if _CLIENT_WORDS.intersection(shown):
        missing += _wrong(asked, shown, _LOCKS, unless='noflock')
        if set(_XATTRS).intersection(shown):
            missing += _wrong(asked, shown, _XATTRS)
    return missing


def _wrong(asked, shown, words, unless=None):
    """The one of these words that was asked for and is not shown.

    unless: the word that old clients show by showing none.
    """
    wanted = _last(asked, words)
    if wanted is None or wanted in shown:
        return []
    return [] if wanted == unless and not set(words).intersection(shown) else [wanted]


def _last(asked, words):
    found = [word for word in asked if word in words]
    return found[-1] if found else None

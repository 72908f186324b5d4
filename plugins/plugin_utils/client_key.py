# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one key of a repository: its fingerprint, or why the file is not to be trusted."""

import re

# Nothing may stand beside the block: what gpg passes over, apt might read.
_ARMOURED = re.compile(
    r'\s*-----BEGIN PGP PUBLIC KEY BLOCK-----\s[A-Za-z0-9+/=:.,()\s-]*?'
    r'-----END PGP PUBLIC KEY BLOCK-----\s*')
_UNFIT = {'r': 'was revoked by its owner', 'e': 'has expired', 'i': 'is invalid',
          'd': 'is disabled', 'n': 'is not valid'}


def judge(content, listing, wanted, trust_first):
    """Return {fingerprint, problem}; listing: what `gpg --with-colons --show-keys` said of it."""
    if not _ARMOURED.fullmatch(content) or content.count('-----BEGIN') != 1:
        return _refused(None, 'is not one armoured public key and nothing else')
    records = [line.split(':') for line in listing.splitlines()]
    keys = [record for record in records if record[0] in ('pub', 'sec')]
    prints = [record[9] for before, record in zip(records, records[1:])
              if before[0] == 'pub' and record[0] == 'fpr']
    if len(keys) != 1 or len(prints) != 1:
        return _refused(None, 'holds %d keys where one is expected' % len(keys))
    if keys[0][1] in _UNFIT:
        return _refused(prints[0], 'has the fingerprint %s and %s' % (
            prints[0], _UNFIT[keys[0][1]]))
    if not wanted and not trust_first:
        return _refused(prints[0], (
            'has the fingerprint %s, and nothing says whether that is right. Compare it with one'
            ' from a source that you trust and set file_cache_client_key_fingerprint to it, or set'
            ' file_cache_client_trust_first_key: true' % prints[0]))
    if wanted and plain(wanted) != prints[0]:
        return _refused(prints[0], (
            'has the fingerprint %s, and file_cache_client_key_fingerprint says %s. Do not install'
            ' from there before you know why' % (prints[0], wanted)))
    return {'fingerprint': prints[0], 'problem': None}


def plain(fingerprint):
    """Return a fingerprint as gpg has it: people write it in groups and in small letters."""
    return re.sub(r'[\s:]', '', fingerprint).upper()


def _refused(fingerprint, problem):
    return {'fingerprint': fingerprint, 'problem': 'The key %s.' % problem}

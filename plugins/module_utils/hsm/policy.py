# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each verb does with a file in a given state: pure tables (lustre-hsm H40-H47).

A plan is either a list of steps or an outcome. The steps are `mark` (hsm_set --dirty),
`archive`, `release` and `restore`; each is proven by the state bits when it has ended.
"""

import collections

from .bits import DIRTY, LOST, NEVER_ARCHIVE, NEVER_RELEASE, RELEASED, is_clean

# steps: tuple of step names, empty when there is an outcome.
Plan = collections.namedtuple('Plan', 'steps outcome reason')

ALREADY = Plan((), 'already', None)

# Exactly this may be marked dirty, and nothing else (safety rule 2).
PLAIN_CLEAN = 0x09


def steps(*names):
    return Plan(names, None, None)


def skipped(reason):
    return Plan((), 'skipped', reason)


def failed(reason):
    return Plan((), 'failed', reason)


def plan(verb, flags, dirty='skip'):
    """Return the Plan of a moving verb for a file with these flags.

    dirty: what evict and refresh do with bytes that exist only in the cache.
    """
    if flags & LOST:
        return _lost(verb, flags)
    return _PLANS[verb](flags, dirty)


def reached(step, flags):
    """Whether the flags prove that a step has come to its end."""
    if step == 'release':
        return bool(flags & RELEASED)
    if step == 'restore':
        return not flags & RELEASED
    if step == 'mark':
        return bool(flags & DIRTY)
    return not flags & LOST and (is_clean(flags) or bool(flags & RELEASED))


def after(step, flags):
    """Return the flags that a step leaves behind (for predictions)."""
    if step == 'release':
        return flags | RELEASED
    if step == 'restore':
        return flags & ~RELEASED
    return (flags & ~(DIRTY | LOST)) | PLAIN_CLEAN


def by_manifest(verdict, flags, resend):
    """Return the Plan that the filer's own list demands (safety rule 4), or None.

    verdict: what verdict.judge() says of the file.
    """
    if verdict == 'conflict':
        return skipped('conflict')
    if verdict != 'missing' or _unsaved(flags):
        return None
    if resend and flags == PLAIN_CLEAN:
        return steps('mark', 'archive')
    # Released and missing: the bytes are gone. Clean and missing: sent again when told.
    return skipped('not_on_filer')


def _unsaved(flags):
    return not (is_clean(flags) or flags & RELEASED)


def _lost(verb, flags):
    """The filer's copy is said to be lost: nothing may pass for saved (H47)."""
    if flags & RELEASED:
        return ALREADY if verb == 'evict' else failed('not_on_filer')
    if flags & DIRTY and verb == 'archive':
        return _archive(flags, 'skip')
    if verb == 'hydrate':
        return ALREADY
    # An archive of a clean one answers 0 and does nothing; a release is refused.
    return failed('not_on_filer') if verb == 'archive' else skipped('not_on_filer')


def _archive(flags, _dirty):
    if not _unsaved(flags):
        return ALREADY
    if flags & NEVER_ARCHIVE:
        return skipped('never_archive')
    return steps('archive')


def _evict(flags, dirty):
    if flags & RELEASED:
        return ALREADY
    if flags & NEVER_RELEASE:
        return skipped('never_release')
    if _unsaved(flags):
        return _only_here(flags, dirty, steps('archive', 'release'))
    return steps('release')


def _hydrate(flags, _dirty):
    return steps('restore') if flags & RELEASED else ALREADY


def _refresh(flags, dirty):
    if flags & RELEASED:
        return steps('restore')
    if _unsaved(flags):
        # Once it is saved, the newest bytes are these.
        return _only_here(flags, dirty, steps('archive'))
    if flags & NEVER_RELEASE:
        return skipped('never_release')
    return steps('release', 'restore')


def _only_here(flags, dirty, when_told):
    reason = 'dirty' if flags & DIRTY else 'not_archived'
    if dirty == 'fail':
        return failed(reason)
    if dirty == 'skip':
        return skipped(reason)
    if flags & NEVER_ARCHIVE:
        return skipped('never_archive')
    return when_told


_PLANS = {'archive': _archive, 'evict': _evict, 'hydrate': _hydrate, 'refresh': _refresh}

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state bits of a file (lustre-hsm H2, H4), and the words for them in a report."""

EXISTS = 0x01
DIRTY = 0x02
RELEASED = 0x04
ARCHIVED = 0x08
NEVER_RELEASE = 0x10
NEVER_ARCHIVE = 0x20
LOST = 0x40

# The bits that say where the bytes are. Newer builds have more above them (PCC), which
# say nothing about the filer's copy.
_WHERE = EXISTS | DIRTY | RELEASED | ARCHIVED | LOST

STATES = ('lost', 'released', 'dirty', 'clean', 'incomplete', 'new', 'unknown')


def state_name(flags):
    """Return the one word of STATES for the flags of a file; None is unknown."""
    if flags is None:
        return 'unknown'
    if flags & LOST:
        return 'lost'
    if flags & RELEASED:
        return 'released'
    if flags & DIRTY:
        return 'dirty'
    if is_clean(flags):
        return 'clean'
    if flags & (EXISTS | ARCHIVED):
        return 'incomplete'
    return 'new'


def is_clean(flags):
    """Whether the cache believes that the filer has these bytes, and they are here too."""
    return flags & _WHERE == EXISTS | ARCHIVED

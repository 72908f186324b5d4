# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a file of the cache compares with the filer's, when a manifest shows that one."""

from .entry import SECOND

NO_BASELINE = object()


def judge(entry, record, dirty=False, baseline=NO_BASELINE):
    """Return how the filer's file stands to ours.

    record: its Record in the manifest, or None; baseline: the Record of an earlier manifest,
    None when the name is not in that one, NO_BASELINE when there is no earlier manifest.

    missing    the filer has no such file
    conflict   dirty here and edited on the filer: nobody's to decide (safety rule 4)
    newer      clean here and edited on the filer: the studio's own edit, or what a refresh
               leaves behind, since the cache keeps its old time (lustre-hsm M8)
    same       equal size and whole second
    different  an earlier second, or the same second and another size

    Lustre may keep whole seconds only, so times are cut to them, never rounded; an edit
    within the same second shows only as a change since the baseline (field-reports L28).
    """
    if record is None:
        return 'missing'
    ours, theirs = entry.mtime_ns // SECOND, record.mtime_ns // SECOND
    changed = baseline is not NO_BASELINE and record != baseline
    if dirty and (theirs > ours or changed):
        return 'conflict'
    if theirs > ours:
        return 'newer'
    if theirs < ours or record.size != entry.size:
        return 'different'
    return 'newer' if changed and baseline is not None else 'same'

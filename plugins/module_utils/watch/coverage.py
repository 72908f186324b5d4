# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a mount was watched, and so when it was not.

Only what was covered is written down, as spans (began, seen); the rest of the time is a
hole. So a service that was killed, or never ran, leaves holes without doing anything.
"""


def holes(spans, began, ended):
    """Return the parts [(from, to)] of began..ended that no span covers.

    spans: (began, seen) in any order; they may overlap.
    """
    found = []
    covered = began
    for start, seen in sorted(span for span in spans if span[0] < span[1]):
        if start >= ended:
            break
        if start > covered:
            found.append((covered, start))
        covered = max(covered, seen)
    if covered < ended:
        found.append((covered, ended))
    return found


def within(spans, began, ended):
    """Whether the spans cover all of began..ended."""
    return not holes(spans, began, ended)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the last two minutes are shared: each phase may take until its moment, and no longer.

A phase that is done early leaves its time to those after it. The last one ends a reserve
before the host does.
"""

from collections import namedtuple

# The moment (of the caller's clock) by which each phase has ended, in their order.
Timetable = namedtuple('Timetable', 'services writeback watch unmount')

RESERVE = 10
# A host that outlives its notice is still tidied up, in no less than this.
LEAST = 15

# Of the time there is: this part at most, and never more than so many seconds.
_SERVICES = (0.35, 40)
_WATCH = (0.05, 5)
_UNMOUNT = (0.20, 20)


def share(now, end, reserve=RESERVE):
    """Return the Timetable from now on for a host that ends at `end`."""
    left = max(end - now, LEAST)
    # A short notice is not to be all reserve.
    usable = left - min(reserve, left / 4.0)
    unmount = now + usable
    watch = unmount - _part(usable, _UNMOUNT)
    writeback = watch - _part(usable, _WATCH)
    return Timetable(now + _part(usable, _SERVICES), writeback, watch, unmount)


def _part(usable, limits):
    fraction, most = limits
    return min(usable * fraction, most)

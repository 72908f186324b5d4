# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job ids as MongoDB makes them: second, process, counter. Two machines' ids of one second are in
no order of time."""

import itertools
import os
import time

_process = os.urandom(5).hex()
_counter = itertools.count(int.from_bytes(os.urandom(2), "big"))


def new_id():
    """24 hexadecimal digits."""
    return "%08x%s%06x" % (int(time.time()), _process, next(_counter) & 0xFFFFFF)

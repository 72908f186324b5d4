# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as people read them."""

_UNITS = ('B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB')


def count(number):
    """1234567 -> '1,234,567'."""
    return '{:,}'.format(number)


def amount(size):
    """Bytes -> '3.2 GiB'."""
    unit = 0
    value = float(size)
    while value >= 1024 and unit < len(_UNITS) - 1:
        value /= 1024
        unit += 1
    return '%d B' % size if unit == 0 else '%.1f %s' % (value, _UNITS[unit])


def duration(seconds):
    """Seconds -> '45 s', '3 min 20 s', '2 h 5 min'."""
    seconds = int(seconds)
    if seconds < 60:
        return '%d s' % seconds
    if seconds < 3600:
        return '%d min %d s' % divmod(seconds, 60)
    return '%d h %d min' % divmod(seconds // 60, 60)

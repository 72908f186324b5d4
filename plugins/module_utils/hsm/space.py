# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what a hydrate would bring fits (design, "Space before a hydrate").

Only `lfs df` shows an OST that is full while the sum still looks well (lustre-hsm H73,
H88), and a restore into a full one fails without a word.
"""

# The default layout of Amazon File Cache (filecache-and-peers A3.5): bytes from the size on
# are striped over that many OSTs, as far as there are so many.
_LAYOUT = ((0, 1), (100 << 20, 8), (10 << 30, 16), (100 << 30, 32))

# Lustre keeps some blocks of each OST back, so none is ever seen at exactly nothing.
_NEXT_TO_NOTHING = 200

_UNITS = ('bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB')


def refusal(osts, wanted, largest, reserve):
    """Return why a plan does not fit, as sentences for people, or None when it does.

    osts: list of report.Ost; wanted: bytes of all files to be restored; largest: of the
    largest one; reserve: bytes that are to stay free in all.
    """
    if not osts:
        return None
    free = sum(ost.free for ost in osts)
    room = max(0, free - reserve)
    if wanted > room:
        return ('The plan needs %s and the cache has %s free, of which %s are kept in reserve. '
                'Evict something first, take fewer files, or lower the reserve.'
                % (size(wanted), size(free), size(reserve)))
    fullest = min(osts, key=lambda ost: ost.free)
    share = -(-wanted // len(osts))
    if share > fullest.free:
        return ('The plan needs about %s on each of the %d OSTs, and OST %d has only %s free '
                'although the whole cache has %s. Evict files that lie on it, or take fewer files.'
                % (size(share), len(osts), fullest.index, size(fullest.free), size(free)))
    if not fits(osts, largest):
        return ('The largest file of the plan has %s, and the OSTs that it would be striped over '
                'do not have as much free. Evict something first, or leave it out.'
                % size(largest))
    return None


def fits(osts, length):
    """Whether one file fits the stripes that the default layout gives it."""
    frees = sorted((ost.free for ost in osts), reverse=True)
    used = [0] * len(frees)
    for number, (start, stripes) in enumerate(_LAYOUT):
        end = _LAYOUT[number + 1][0] if number + 1 < len(_LAYOUT) else length
        part = min(length, end) - start
        if part <= 0:
            break
        over = min(stripes, len(frees))
        for index in range(over):
            used[index] += -(-part // over)
    return all(need <= free for need, free in zip(used, frees))


def is_short(osts, reserve):
    """Whether no more restores are to be asked for now."""
    return bool(osts) and sum(ost.free for ost in osts) <= reserve


def full(osts):
    """Return the indexes of the OSTs that have next to nothing free."""
    return [ost.index for ost in osts if ost.free * _NEXT_TO_NOTHING < ost.total]


def size(count):
    """Return a number of bytes for people."""
    for power, unit in enumerate(_UNITS):
        if count < 1024 ** (power + 1) or unit == _UNITS[-1]:
            return '%d bytes' % count if not power else '%.1f %s' % (count / 1024 ** power, unit)

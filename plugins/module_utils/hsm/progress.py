# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a run is, told a few times a second."""

EVERY_SECONDS = 0.5


class Progress(object):
    """Calls the callback of a run with a dict of figures.

    percent only rises, and is 0 until the walk has ended: before that nobody knows of how
    many files; rate: bytes a second; eta: seconds, or None while unknown.
    """

    def __init__(self, callback, tally, scout, clock, lfs):
        self._callback = callback
        self._tally = tally
        self._scout = scout
        self._clock = clock
        self._lfs = lfs
        self._due = 0
        self._percent = 0

    def show(self, moving):
        """Tell when it is time; moving: bytes of copies under way."""
        if self._callback is not None and self._clock() >= self._due:
            self._due = self._clock() + EVERY_SECONDS
            self._tell(moving)

    def end(self):
        """Tell once more, at the end."""
        if self._callback is not None:
            self._tell(0)

    def _tell(self, moving):
        tally = self._tally
        matched, settled, elapsed = tally.matched_files, tally.settled, tally.elapsed
        moved = tally.moved_bytes + moving
        eta = None
        if self._scout.ended:
            done = 100 * settled // matched if matched else 100
            self._percent = max(self._percent, done)
            if settled:
                eta = int(elapsed * (matched - settled) / settled)
        self._callback({
            'scanned': self._scout.seen, 'matched': matched, 'requested': self._lfs.requests,
            'settled': settled, 'failed': tally.failures, 'bytes': tally.matched_bytes,
            'moved_bytes': moved, 'rate': int(moved / elapsed) if elapsed > 0 else 0,
            'eta': eta, 'percent': self._percent,
        })

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that `lfs find` lists, as they come."""

from .answers import of_errno, trouble

_MOST_NAME = 1 << 20


class FoundNames(object):
    """Cuts the NUL ended output of `lfs find` into names relative to the root."""

    def __init__(self, start, only, data):
        """start: the name of the root as `lfs` got it; only: Root.only; data(list of rel)."""
        self._start = start
        self._only = only
        self._data = data
        self._rest = b''
        self.strange = False

    def feed(self, chunk):
        pieces = (self._rest + chunk).split(b'\0')
        self._rest = pieces.pop()
        if len(self._rest) > _MOST_NAME:
            self._rest, self.strange = b'', True
        names = [name for name in map(self._rel, pieces) if name]
        if names:
            self._data(names)

    @property
    def whole(self):
        """Whether all that came were names, the last one ended too."""
        return not self._rest and not self.strange

    def _rel(self, name):
        if not name.startswith(self._start):
            self.strange = True
            return None
        if self._only is not None:
            return self._only
        # The folder was named with a '/' at its end and comes out with two (transcripts,
        # group fd_paths).
        return name[len(self._start):].lstrip(b'/')


def why_it_ended_early(verb, result, place, names):
    """Return why a listing is not whole, for people; None when nothing says so (rule 9)."""
    if result.rc == 0 and not (result.err or result.place_errors) and names.whole:
        return None
    if result.place_errors:
        return of_errno(result.place_errors[0]).text
    return trouble(verb, result, place).text

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that `lfs find` lists, as they come."""

import collections
import os

from .answers import late, said

# complete: every name was printed; supported: this `lfs` knows the options; text: why not.
Listing = collections.namedtuple('Listing', 'complete supported text')

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


def listing_of(verb, result, place, names):
    """Return the Listing of an ended call: any error makes it incomplete (rule 9, L4)."""
    if result.place_errors:
        return Listing(False, True, 'The folder could not be opened: %s.'
                       % os.strerror(result.place_errors[0]))
    if result.failure is not None:
        return Listing(False, True, result.failure)
    if result.timed_out or result.stuck:
        return Listing(False, True, late(verb, result).text)
    if result.rc == 0 and not result.err and names.whole:
        return Listing(True, True, None)
    # lustre-hsm H70: an option that is not known is a usage error.
    supported = result.rc != 4 and b'option' not in result.err
    return Listing(False, supported, said(result, place) or 'lfs find ended too early.')

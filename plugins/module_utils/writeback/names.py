# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that must be saved (--from): read in a child, and sorted by the root they lie below.

A name outside all roots is none of our business: Deadline lists what a job writes, wherever
that is.
"""

from ..hsm import lists
from ..hsm.entry import Root, covers, join
from ..hsm.errand import IDLE_SECONDS, Errand
from ..hsm.errors import Refused
from ..hsm.escape import escape
from ..hsm.streams import read_chunks, title
from ..hsm.wire import Sender
from .paths import PathList


class Names(object):
    """below: {root: PathList of the names there}."""

    def __init__(self, children, source, roots, base=None, stop=None, idle=IDLE_SECONDS):
        """source: lists.ListSource; roots: paths, none inside another; base: the folder of
        relative names, or None. Raises Refused for what is no list."""
        self.below = {root: PathList() for root in roots}
        errand = Errand(children, (), _sort, (source, self.below, base), idle)
        try:
            errand.finish(stop=stop)
            if not errand.complete:
                raise Refused('The list could not be read. %s' % errand.error)
        except Refused:
            self.close()
            raise

    def close(self):
        for paths in self.below.values():
            paths.close()


def _sort(out, source, below, base):
    sender = Sender(out)
    places = [(Root(path, None), paths) for path, paths in below.items()]
    try:
        splitter = lists.Splitter(source)
        for chunk in read_chunks('list', source.file, sender.beat):
            _keep(splitter.feed(chunk), splitter, source, places, base)
        _keep(splitter.finish(), splitter, source, places, base)
        for _root, paths in places:
            paths.flush()
        sender.end()
    except Refused as refused:
        sender.refuse(str(refused))


def _keep(names, splitter, source, places, base):
    for name in names:
        try:
            path = _absolute(name, base)
        except Refused as refused:
            raise Refused('%s is refused: its entry %d, "%s", %s Nothing was requested.'
                          % (title('list', source.file), splitter.number, escape(name[:300]),
                             refused))
        for root, paths in places:
            if covers(root, path) and path != root.path:
                paths.add(path)


def _absolute(name, base):
    """Return a name as a path, in plain form; raise Refused with the end of a sentence."""
    if not name.startswith(b'/'):
        if base is None:
            raise Refused('is relative. Give absolute names, or one FOLDER that they lie in.')
        name = join(base, name)
    parts = [part for part in name.split(b'/') if part not in (b'', b'.')]
    if b'..' in parts:
        raise Refused('has a ".." component. Give the name without it.')
    return b'/' + b'/'.join(parts)

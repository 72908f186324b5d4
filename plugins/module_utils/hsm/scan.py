# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a manifest: a walk of the filer's tree, in a child that can be abandoned."""

from .entry import Root
from .errand import IDLE_SECONDS, Errand
from .errors import Refused
from .escape import escape
from .eviction import Evicted, reporter
from .folders import open_path
from .manifest import Record, encode, encode_end
from .selection import Selection
from .streams import Output, destination
from .walk import walk
from .wire import Sender


def write(children, directory, output, progress=None, stop=None, idle=IDLE_SECONDS):
    """Write the manifest of an absolute folder; return the finished Errand.

    output: a file that appears only when the manifest is whole, or `-` (standard output,
    where an incomplete one has no end record). The errand's `complete` says whether it is;
    `taken` and `size` count the files. Only what every run leaves out is left out: a file
    kept out by a pattern would later pass for one that is missing on the filer.
    """
    with destination(children, output) as place:
        errand = Errand(children, [Root(directory, None)], _scan,
                        (directory, place), idle)
        errand.finish(progress, stop)
    return errand


def _scan(out, directory, place):
    sender = Sender(out)
    try:
        folder = _open(directory)
        target = Output(place, sender.beat)
        for rel, facts in walk(folder, Selection(), sender.tick, reporter(sender, 0, folder)):
            sender.count(facts.st_size)
            target.write(encode(Record(facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, rel)))
        if not sender.problems:
            target.write(encode_end(sender.taken))
            target.commit()
        sender.end()
    except Refused as refused:
        sender.refuse(str(refused))
    except Evicted:
        sender.evicted()


def _open(directory):
    try:
        return open_path(directory)
    except OSError as error:
        raise Refused('%s cannot be listed: %s. Give the real path of the folder that is the root '
                      'of the tree; no link is followed (readlink -f shows it).'
                      % (escape(directory), error.strerror))

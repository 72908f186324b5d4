# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mounted cache under test: what `lfs` says of a file, and waiting for it to say so."""

import os
import re

from . import lfs as tool
from .texts import NEW, OLD

FIRST_DIRTY, CLEAN, DIRTY, RELEASED = 0x3, 0x9, 0xb, 0xd
BITS = re.compile(br': \(0x([0-9a-f]{8})\)')
ARTIST = 1000


class Cache(object):
    def __init__(self, mount, patience):
        self.mount = os.fsencode(mount)
        self.patience = patience
        self.texts = NEW
        self.unfit = None  # why no copy moves here

    def lfs(self, *words, **options):
        """Run it to its end."""
        seconds = self.patience.limit(options.pop('seconds', 30))
        return tool.run(('lfs',) + words, seconds, **options)

    def start(self, *words, **options):
        """Run it beside us: for calls that may sleep."""
        return tool.Call(('lfs',) + words, **options)

    def look_at_texts(self, missing):
        """V1: which of the two families of texts this lfs speaks."""
        answer = self.lfs('hsm_state', missing)
        self.texts = OLD if answer.err.startswith(b"can't get hsm state") else NEW

    def line(self, path):
        """The state line of one path, without the name and the newline."""
        answer = self.lfs('hsm_state', path)
        assert answer.rc == 0 and not answer.err, answer
        assert answer.out.startswith(path + b': ') and answer.out.endswith(b'\n'), answer
        return answer.out[len(path) + 2:-1]

    def state(self, path):
        """The state bits, as a number (H2)."""
        return int(BITS.match(b': ' + self.line(path)).group(1), 16)

    def states(self, paths):
        return [self.state(path) for path in paths]

    def action(self, path):
        """The words of hsm_action behind the name: b'NOOP', b'ARCHIVE waiting ...'."""
        answer = self.lfs('hsm_action', path)
        assert answer.rc == 0 and not answer.err, answer
        assert answer.out.startswith(path + b': ') and answer.out.endswith(b'\n'), answer
        return answer.out[len(path) + 2:-1]

    def wait_state(self, path, bits, seconds=60):
        """Until the file has exactly these bits and no action."""
        def look():
            return self.action(path) == b'NOOP' and self.state(path) == bits
        self.patience.until(look, seconds, lambda: '%r has 0x%x, not 0x%x; action %r' % (
            path, self.state(path), bits, self.action(path)))

    def quiet(self, path, seconds=60):
        """Until the file has no action; then its bits."""
        self.patience.until(lambda: self.action(path) == b'NOOP', seconds,
                            lambda: '%r still has action %r' % (path, self.action(path)))
        return self.state(path)

    def wait_action(self, path, start, seconds=30):
        """Until its action begins with these words."""
        self.patience.until(lambda: self.action(path).startswith(start), seconds,
                            lambda: '%r has action %r, not %r' % (path, self.action(path), start))

    def ask(self, verb, *paths):
        """A request that must be taken without a word."""
        answer = self.lfs('hsm_' + verb, *paths)
        assert answer == (0, b'', b''), answer

    def refused(self, verb, first, *more):
        """A request that the server refuses: it blames the first path, always (H32)."""
        answer = self.lfs('hsm_' + verb, first, *more)
        assert answer == (1, b'', cannot_send(first, b'Operation not permitted')), answer


def cannot_send(first, strerror):
    return b'Cannot send HSM request (use of ' + first + b'): ' + strerror + b'\n'

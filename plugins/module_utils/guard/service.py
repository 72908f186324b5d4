# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard: it looks for a notice every few seconds, and acts upon each notice once."""

import time

from . import notice as notices
from .imds import Unavailable
from .marker import Mark
from .trouble import Trouble

LOOK_SECONDS = 5.0
# Where nothing has ever answered there may be no EC2: then it looks seldom, for it may yet come.
SELDOM_SECONDS = 60.0
PATIENCE_SECONDS = 300.0

_NAP_SECONDS = 0.5


class Guard(object):
    """run() looks until it is told to stop."""

    def __init__(self, metadata, marker, leave, say, clock=time.monotonic, now=time.time,
                 sleep=time.sleep):
        """leave(mark, seconds, note): saves what can be saved and unmounts; note(mark) is called
        when it knows what was open. say(text) gets the lines for the journal."""
        self._metadata = metadata
        self._marker = marker
        self._mark = marker.load()
        self._leave = leave
        self._say = say
        self._clock = clock
        self._now = now
        self._sleep = sleep
        self._began = clock()
        self._answered = False
        self._recommended = None
        self._silence = Trouble(say, clock)
        self._nonsense = Trouble(say, clock)

    def run(self, stop):
        """stop(): None, or why to end."""
        self._say('looking for the Spot interruption notice at %s' % self._metadata.address)
        while stop() is None:
            self.look()
            self._rest(stop)

    def look(self):
        """Ask once, and do what there is to do."""
        try:
            body = self._metadata.read(notices.PATH)
            if body is None:
                self._look_for_recommendation()
        except Unavailable as problem:
            self._silence.met(self._no_answer(problem))
            return
        self._answered = True
        self._silence.over('instance metadata answers again')
        self._take_in(body)

    def _no_answer(self, problem):
        text = 'instance metadata at %s gives no answer: %s.' % (self._metadata.address, problem)
        if not self._answered:
            text += ' No notice can be seen until it does; a host outside EC2 needs no guard.'
        return text

    def _take_in(self, body):
        if body is None:
            self._nonsense.over('there is no notice any more')
            if self._mark is not None:
                self._mark = None
                self._marker.forget()
                self._say('the notice is gone and this host lives: what was stopped stays '
                          'stopped. Start the automount units, file-cache-watch and the '
                          'services again, or reboot.')
            return
        try:
            notice = notices.parse(body)
        except notices.Odd as problem:
            self._nonsense.met('%s is no notice: %s' % (notices.PATH, problem))
            return
        self._act(notice)

    def _act(self, notice):
        if self._mark is None or self._mark.notice != notice:
            self._note(Mark(notice, self._now(), None, False))
        elif self._mark.done:
            return
        left = notices.end(notice, self._mark.seen) - self._now()
        self._say('EC2 is going to %s this host in %d s' % (notice.action, left))
        self._leave(self._mark, left, self._note)
        self._note(self._mark._replace(done=True))

    def _note(self, mark):
        self._mark = mark
        try:
            self._marker.save(mark)
        except OSError as problem:
            self._say('the notice cannot be noted down: %s. A guard that is started again will '
                      'act upon it again.' % problem)

    def _look_for_recommendation(self):
        """A rebalance recommendation is news and nothing to act upon: most are not followed by
        an interruption."""
        said = self._metadata.read(notices.REBALANCE_PATH)
        if said is not None and said != self._recommended:
            self._say('EC2 recommends to rebalance: an interruption of this host has become more '
                      'likely')
        self._recommended = said

    def _rest(self, stop):
        seldom = not self._answered and self._clock() - self._began >= PATIENCE_SECONDS
        ends = self._clock() + (SELDOM_SECONDS if seldom else LOOK_SECONDS)
        while stop() is None and self._clock() < ends:
            self._sleep(_NAP_SECONDS)

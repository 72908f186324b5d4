# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One file on its way through a run."""


class Work(object):
    """What is known of a file, and what is still to be done with it.

    entry: as it was found (or found again under its name); before, flags: its state bits
    when first and last read, None while unknown; steps: what is still to be done, None
    before there is a plan; looked: what a look showed right before the request;
    asked: whether the current step was asked for by us; refusal: the errno or status with
    which a request for this file alone failed; stuck: a request got no answer;
    stalled: its action did not move; failures, changes, refusals: how often the step ended
    without effect, because somebody wrote, or was refused; rounds: how often it was
    planned anew; size: what it measured before a release changed that;
    suspect: number of the failed request whose culprit it may be; share: how many files
    a request with it may hold.
    """

    __slots__ = ('entry', 'verb', 'before', 'flags', 'steps', 'looked', 'asked', 'refusal',
                 'stuck', 'stalled', 'failures', 'changes', 'refusals', 'rounds', 'size',
                 'suspect', 'share', 'moved', 'running')

    def __init__(self, entry, verb, share, before=None):
        self.entry = entry
        self.verb = verb
        self.before = before
        self.flags = None
        self.steps = None
        self.share = share
        self.size = None
        self.rounds = 0
        self.begin_step()

    @property
    def step(self):
        return self.steps[0]

    @property
    def is_planned_to_fail(self):
        """Whether its state alone decided, so that an outcome says nothing about others."""
        return self.steps is None and self.flags is not None

    def begin_step(self):
        """Forget what belonged to the step before."""
        self.looked = None
        self.asked = False
        self.refusal = None
        self.stuck = False
        self.stalled = False
        self.failures = self.changes = self.refusals = 0
        self.suspect = None
        self.moved = 0
        self.running = False

    def see(self, flags):
        """Take in the state bits as they are now."""
        self.flags = flags
        if self.before is None:
            self.before = flags

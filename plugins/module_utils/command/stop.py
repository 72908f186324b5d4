# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a run has to end early: a signal, a parent that died, an output nobody reads.

Under sudo the command cannot be killed by the user who started it, and a cancelled
Deadline task leaves only a closed pipe behind: that is the sign to end.
"""

import os
import select
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NAMES = {signal.SIGINT: 'SIGINT', signal.SIGTERM: 'SIGTERM', signal.SIGHUP: 'SIGHUP'}


class Stop(object):
    """Callable: None, or why the run has to end: 'SIGINT', 'SIGTERM', 'SIGHUP', 'closed'."""

    def __init__(self, output=None):
        """output: the descriptor that somebody reads; a service has none, and no parent."""
        self._signal = None
        self._parent = os.getppid()
        self._poll = select.poll()
        if output is not None:
            self._poll.register(output, 0)
        # nohup says that the run is to outlive the terminal, and so its parent.
        self._detached = output is None or signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        for number in SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def _on_signal(self, number, _frame):
        if self._signal is None:
            self._signal = _NAMES[number]

    def _closed(self):
        return any(events & (select.POLLERR | select.POLLHUP | select.POLLNVAL)
                   for _descriptor, events in self._poll.poll(0))

    def __call__(self):
        if self._signal is None:
            if self._closed() or (not self._detached and os.getppid() != self._parent):
                self._signal = 'closed'
        return self._signal

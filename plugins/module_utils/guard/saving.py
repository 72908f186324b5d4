# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The write-back of a host that is about to go, in a process that can be left behind."""

import json
import os

from ..hsm.child import CallJob
from ..hsm.options import DEFAULTS
from ..writeback.finished import Halt
from ..writeback.session import Terms, save

# Of the time that is given, this is for the child to say how it went.
_REPORT_SECONDS = 2.0
_TUNING = ('stall_timeout', 'jobs', 'error_limit', 'max_in_flight', 'max_report')


class Unfinished(Exception):
    """The write-back did not come to its end; the message says why."""


class Saving(object):
    """Called with (mark, seconds); returns the summary of the engine, or raises Unfinished."""

    def __init__(self, children, config):
        """config: command.config.Config."""
        self._children = children
        self._config = config

    def __call__(self, mark, seconds):
        tuning = {name: self._config.defaults.get(name, DEFAULTS[name]) for name in _TUNING}
        terms = Terms(folders=(), since=None, source=None,
                      timeout=max(1.0, seconds - _REPORT_SECONDS), caller=None, tuning=tuning)
        halt = Halt(mark.seen, {inode for _device, inode in mark.open})
        results = []
        self._children.start(CallJob(_tell, (self._config, terms, halt),
                                     deadline=max(1.0, seconds), done=results.append))
        while not results:
            self._children.wait(1)
        result = results[0]
        if result.rc == 0:
            return json.loads(result.out.decode('utf-8'))
        raise Unfinished('it was ended when its time was up' if result.timed_out else
                         result.failure or 'it ended with status %s' % result.rc)


def _tell(out, config, terms, halt):
    """In the child: write back, and give the summary to the parent."""
    data = json.dumps(save(config, terms, halt=halt)[0]).encode('utf-8')
    while data:
        data = data[os.write(out, data):]

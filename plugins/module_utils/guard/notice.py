# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Spot interruption notice: what it says, and how long this host has from then on."""

import calendar
import json
import re
from collections import namedtuple
from datetime import datetime

PATH = '/latest/meta-data/spot/instance-action'
REBALANCE_PATH = '/latest/meta-data/events/recommendations/rebalance'
ACTIONS = ('terminate', 'stop', 'hibernate')

# EC2 gives two minutes and never more, so a clock that is wrong cannot make them longer.
SECONDS = 120

# action: one of ACTIONS; time: the moment it says (epoch), None where none can be read.
Notice = namedtuple('Notice', 'action time')

_TIME = re.compile(r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z\Z', re.ASCII)


class Odd(Exception):
    """There is an answer, and it is no notice."""


def parse(body):
    """Return the Notice that an answer (bytes) says; raise Odd.

    A known action makes a notice. A time that cannot be read makes it no less of one.
    """
    try:
        said = json.loads(body.decode('utf-8'))
    except (ValueError, RecursionError):
        raise Odd('the answer is not JSON')
    action = said.get('action') if isinstance(said, dict) else None
    if action not in ACTIONS:
        raise Odd('the answer names no action of %s' % ', '.join(ACTIONS))
    return Notice(action, moment(said.get('time')))


def moment(text):
    """Return the epoch of a time like 2026-11-25T08:22:00Z; None for anything else."""
    found = _TIME.match(text) if isinstance(text, str) else None
    if not found:
        return None
    try:
        whole = datetime.strptime(found.group(1), '%Y-%m-%dT%H:%M:%S')
    except ValueError:
        return None
    return calendar.timegm(whole.timetuple()) + float(found.group(2) or 0)


def end(notice, seen):
    """Return when the host is taken away (epoch); seen: when we first saw the notice."""
    if notice.time is None or notice.time <= seen:
        return seen + SECONDS
    return min(notice.time, seen + SECONDS)

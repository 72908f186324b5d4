# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A farm for a test, and event plugins as short texts."""

import os
import sys

import pytest

sys.path[:0] = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]

from deadline_farm.farm import Farm  # noqa: E402

PARAM = """[State]
Type=Enum
Items=Global Enabled;Opt-In;Disabled
Label=State
Default=Disabled

[Paths]
Type=String
Label=Paths
Default=/none
"""

# %s: the statements of the constructor, then those of the callback, indented by two steps.
LISTENER = '''#!/usr/bin/env python3
import os
from Deadline.Events import DeadlineEventListener
from Deadline.Scripting import ClientUtils, RepositoryUtils


def GetDeadlineEventListener():
    return Listener()


def CleanupDeadlineEventListener(listener):
    listener.Cleanup()


class Listener(DeadlineEventListener):
    def __init__(self):
        %s

    def Cleanup(self):
        del self.OnJobSubmittedCallback

    def called(self, job, *details):
        %s
'''
SUBSCRIBE = "super().__init__()\nself.OnJobSubmittedCallback += self.called"


def indented(text):
    return "\n        ".join(text.splitlines())


@pytest.fixture
def farm(tmp_path):
    with Farm(str(tmp_path / "farm")) as one:
        yield one


@pytest.fixture
def plugin(farm):
    """plugin(name, body, start=..., param=..., **settings): an event plugin that is switched on."""

    def make(name, body, start=SUBSCRIBE, param=PARAM, **settings):
        farm.write_event_plugin(name, LISTENER % (indented(start), indented(body)), param)
        farm.set_event(name, **dict({"State": "Global Enabled"}, **settings))

    return make


@pytest.fixture
def artist(farm):
    return farm.machine("artist")


@pytest.fixture
def worker(farm):
    return farm.worker("worker")

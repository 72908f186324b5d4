# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event plugins as short texts."""

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

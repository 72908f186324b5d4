# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker or Pulse as a service of its machine: it runs until it is ended by a signal."""

import signal
import threading
import time

from ..state import queue
from . import verbs, worker


class Ended:
    """Set by SIGTERM and SIGINT: the task at hand is still brought to its end."""

    def __init__(self):
        self._event = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *unused: self._event.set())

    def wait(self, seconds):
        """Sleep; true when the service is to end."""
        return self._event.wait(seconds)


def run_worker(runtime, poll):
    """Take tasks as they come."""
    ended = Ended()
    if runtime.database.get("workers", runtime.name) is None:
        queue.define_worker(runtime.database, runtime.name)
    worker.start(runtime)
    while not ended.wait(0 if worker.step(runtime) else poll):
        worker.heard_of(runtime)
    worker.stop(runtime)


def run_pulse(runtime, poll, stalled_after):
    """Pending scans and house cleanings. A worker that was not heard of for so long is stalled."""
    ended = Ended()
    while not ended.wait(poll):
        verbs.pending_scan(runtime)
        oldest = time.time() - stalled_after
        verbs.house_cleaning(runtime, [
            found["name"] for found in runtime.database.bodies("workers")
            if found["state"] in ("Idle", "Rendering") and found["seen"] < oldest])

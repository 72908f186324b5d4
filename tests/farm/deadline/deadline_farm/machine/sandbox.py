# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process in which a worker runs tasks: python3 -I sandbox.py FOLDER MACHINE LOG STAGE

A task a line on stdin, {"error": null or text} a line on stdout.
"""

import json
import os
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from deadline_farm.machine import enter, rendering  # noqa: E402


def main():
    folder, name, log, stage = sys.argv[1:]
    lines = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    runtime = enter.enter(folder, name, long_lived=True)
    for line in lines:
        request = json.loads(line)
        task = rendering.Rendering(runtime, request["task"], log, stage, request["die_at"])
        error = None
        try:
            task.run()
        except (Exception, SystemExit) as failure:
            error = str(failure) or type(failure).__name__
            task.log("ERROR: " + "".join(traceback.format_exception(
                type(failure), failure, failure.__traceback__)))
        answers.write(json.dumps({"error": error}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Standard output and error that may go away while a run is under way.

What the run has done must be counted and journalled all the same, so a write that fails
is remembered and not raised.
"""

import os


class Output(object):
    """A text stream; broken says whether something could not be written."""

    def __init__(self, stream):
        self._stream = stream
        self.broken = False

    def fileno(self):
        return self._stream.fileno()

    def isatty(self):
        return self._stream.isatty()

    def write(self, text):
        """Write at once, or not at all once the stream is broken."""
        if self.broken:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self.broken = True
            # Python would try once more at its end, and complain.
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)

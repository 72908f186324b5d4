# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A time that is covered and goes on."""


class Span(object):
    def __init__(self, pending, mount, how, began):
        """pending: the Pending that is told how far it has come."""
        self._pending = pending
        self._mount = mount
        self._how = how
        self.restart(began)

    def restart(self, now):
        """What was covered until now does not count."""
        self._began = self._seen = now
        self.cover(now)

    def cover(self, until):
        self._seen = max(self._seen, until)
        self._pending.span(self._mount, self._how, self._began, self._seen)

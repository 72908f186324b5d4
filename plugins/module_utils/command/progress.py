# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress for people: a bar on a terminal, "Progress: N%" lines elsewhere.

Deadline reads such lines from a task's output and shows them in its Monitor.
"""

import time

from .text import amount, count, duration

BAR = 24
LINE_EVERY = 10.0  # seconds between two lines of the same percent


def choose(kind, stream):
    """Return the progress callback for --progress KIND that writes to this Output."""
    if kind == 'auto':
        kind = 'bar' if stream.isatty() else 'lines'
    return {'bar': _Bar, 'lines': _Lines, 'none': _Nothing}[kind](stream)


class _Nothing(object):
    def __init__(self, stream):
        pass

    def __call__(self, now):
        pass

    def end(self):
        pass


class _Lines(object):
    """A line when the percent has risen, or when it has not for a while."""

    def __init__(self, stream, clock=time.monotonic):
        self._stream = stream
        self._clock = clock
        self._percent = None
        self._written = None

    def __call__(self, now):
        moment = self._clock()
        if self._percent == now['percent'] and moment - self._written < LINE_EVERY:
            return
        self._percent = now['percent']
        self._written = moment
        self._stream.write('Progress: %d%% (%s)\n' % (now['percent'], _figures(now)))

    def end(self):
        pass


class _Bar(object):
    """One line, written over and over; taken away at the end."""

    def __init__(self, stream):
        self._stream = stream
        self._width = 0

    def __call__(self, now):
        full = BAR * now['percent'] // 100
        text = '[%s%s] %3d%% %s' % ('#' * full, '.' * (BAR - full), now['percent'], _figures(now))
        self._show(text)

    def _show(self, text):
        self._stream.write('\r' + text.ljust(self._width))
        self._width = len(text)

    def end(self):
        if self._width:
            self._show('')
            self._stream.write('\r')


def _figures(now):
    parts = ['%s of %s files' % (count(now['settled']), count(now['matched']))]
    if now['moved_bytes']:
        parts.append(amount(now['moved_bytes']))
    if now['failed']:
        parts.append('%s failed' % count(now['failed']))
    if now['eta'] is not None:
        parts.append('%s left' % duration(now['eta']))
    return ', '.join(parts)

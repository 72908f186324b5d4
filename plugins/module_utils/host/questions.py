# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One question about a folder, asked by a child that can be left behind (safety rule 6)."""

import collections
import os

from ..hsm.child import CallJob

# text: the answer (bytes), b'' without one; errno: of the system call that said no, or None;
# silent: whether nothing came back in time.
Answer = collections.namedtuple('Answer', 'text errno silent')


def ask(children, function, point, seconds):
    """Return the Answer of function(point), which returns bytes or raises OSError."""
    results = []
    children.start(CallJob(_report, (function, point), deadline=seconds, done=results.append))
    while not results:
        children.wait(1)
    word, _space, rest = results[0].out.partition(b' ')
    if results[0].timed_out or results[0].stuck or word not in (b'ok', b'errno'):
        return Answer(b'', None, True)
    return Answer(rest, None, False) if word == b'ok' else Answer(b'', int(rest), False)


def _report(out, function, point):
    try:
        answer = b'ok %s' % function(point)
    except OSError as error:
        answer = b'errno %d' % error.errno
    while answer:
        answer = answer[os.write(out, answer):]

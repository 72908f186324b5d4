# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call of `lfs` answers when it does not answer what it was asked."""

import collections
import errno
import os

from .escape import escape
from .report import Failure

# The call got no answer in time; whatever it asked for may or may not have happened.
Stuck = collections.namedtuple('Stuck', 'text')
# rc: exit status of `lfs` (None: it did not end, or was not started); text: what it said,
# for people; stuck: no answer in time; place_errors: {index: errno} of entries that were
# left out because their folder could not be opened.
Answer = collections.namedtuple('Answer', 'rc text stuck place_errors')

_MOST_LINES = 3
# The reason stands at the end of what is said, behind a name that may be long.
_MOST_AHEAD, _MOST_BEHIND = 600, 400


def of_errno(number):
    """Return the Failure of an errno."""
    return Failure(number, os.strerror(number))


def answer_of(verb, result, place):
    """Return the Answer of a call that is judged by its exit status."""
    if result.timed_out or result.stuck:
        return Answer(None, late(verb, result).text, True, result.place_errors)
    if result.failure is not None:
        return Answer(None, result.failure, False, result.place_errors)
    return Answer(_status(result), said(result, place), False, result.place_errors)


def _status(result):
    """Return the exit status, or what it means when that is known better.

    `lfs` asks the kernel for the whole path of the first name, says that this is too long, and
    ends with ENODEV (met on 2.17.57, all three requests).
    """
    if result.rc == errno.ENODEV and os.strerror(errno.ENAMETOOLONG).encode() in result.err:
        return errno.ENAMETOOLONG
    return result.rc


def trouble(verb, result, place):
    """Return the Failure or Stuck of a call whose answer could not be read."""
    if result.timed_out or result.stuck:
        return late(verb, result)
    if result.failure is not None:
        return Failure(None, result.failure)
    text = said(result, place)
    if not text:
        return Failure(None, 'lfs %s ended with status %s and said nothing that can be read.'
                       % (verb.decode(), result.rc))
    # The exit status is the errno of what was said (lustre-hsm H6, H74), if it was an errno.
    named = result.rc is not None and result.rc > 0 and os.strerror(result.rc) in text
    return Failure(result.rc if named else None, text)


def late(verb, result):
    """Return the Stuck of a call that gave no answer in time."""
    return Stuck('lfs %s gave no answer within %d seconds%s.' % (
        verb.decode(), result.seconds, ' and cannot be ended' if result.stuck else ''))


def said(result, place):
    """Return what `lfs` said, as text for people, with the real names of folders."""
    # A usage text on the output says less than the error beside it (lustre-hsm H31).
    text = result.err.strip() or result.out.strip()
    lines = [escape(line) for line in place.readable(text).split(b'\n')[:_MOST_LINES]]
    text = ' '.join(lines)
    if len(text) <= _MOST_AHEAD + _MOST_BEHIND:
        return text
    return '%s[...]%s' % (text[:_MOST_AHEAD], text[-_MOST_BEHIND:])

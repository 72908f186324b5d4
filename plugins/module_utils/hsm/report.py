# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `lfs` prints, read without being fooled by any name.

Names come out raw (lustre-hsm H3): a newline, or a whole state line, may be part of one.
But every name was given as /proc/self/fd/N/NAME (place.py), NAME holds no '/', and so the
text '/proc/self/fd/' starts each record and occurs nowhere inside one. What follows the
name is a fixed grammar that holds its own first characters only once, so the last place
where it can begin is where it begins.
"""

import collections
import errno
import os
import re

from .place import MARK

State = collections.namedtuple('State', 'flags archive_id')
# verb: ARCHIVE, RESTORE, REMOVE, CANCEL (str), or None when there is no action;
# moved: bytes moved so far, 0 while it waits.
Action = collections.namedtuple('Action', 'verb running moved')
# errno: int, or None when `lfs` gave no reason that is one; text: for people.
Failure = collections.namedtuple('Failure', 'errno text')
Ost = collections.namedtuple('Ost', 'index total free')

_STATE = re.compile(
    br': \(0x([0-9a-f]{8,16})\)(?: [a-z_]+)*(?:, archive_id:(\d{1,9}))?\Z')
_ACTION = re.compile(
    br': (?:NOOP|(ARCHIVE|RESTORE|REMOVE|CANCEL) '
    br'(?:(waiting) \(from \d+ to (?:EOF|\d+)\)|running \((\d+) bytes moved\)))\Z')
# One line of `lfs df`; an OST that is inactive has words where the numbers are.
_OST = re.compile(br'(?m)^\S+ +(\d+) +\d+ +(\d+) +\d+% +.*\[OST:(\d+)\][^\n]*$')
# One path gets a bare answer, several have theirs beside it (lustre-hsm H74).
_NAME = re.compile(br'\A(\S+)-([^\s-]+)(?: (.*))?\n\Z', re.DOTALL)

_ERRNO = {os.strerror(number).encode(): number for number in errno.errorcode}
_UNKNOWN_ERROR = re.compile(br'\AUnknown error (\d+)\Z')


def states(out, whole, names):
    """Return a list of State, or None where there was no answer, one a name.

    whole: whether `lfs` ended by itself; a record that was cut off is no answer.
    """
    return _aligned(out, whole, names, b': (0x', _state)


def actions(out, whole, names):
    """The same for `lfs hsm_action`: a list of Action or None."""
    return _aligned(out, whole, names, b': ', _action)


def failures(err, names):
    """Return a list of Failure or None, one a name, from the errors of a state verb.

    Of 2.16 and newer (H6): `... for 'NAME' failed: STRERROR`, one line a name.
    Older ones (V1): `can't get ... for NAME: STRERROR`, and then `lfs` ends.
    """
    answers = [None] * len(names)
    places = _places(names)
    for quoted, piece in _pieces(err):
        name, reason = _split_error(piece, b"' failed: " if quoted else b': ', places)
        for index in places.get(name, ()):
            answers[index] = failure(reason)
    return answers


def failure(reason):
    """Return the Failure that a strerror text (bytes) names."""
    number = _ERRNO.get(reason)
    if number is None:
        unknown = _UNKNOWN_ERROR.match(reason)
        number = int(unknown.group(1)) if unknown else None
    return Failure(number, reason.decode('utf-8', 'backslashreplace'))


def osts(out):
    """Return the OSTs that `lfs df` shows with numbers (H73), sizes in bytes."""
    return [Ost(int(index), int(total) * 1024, int(free) * 1024)
            for total, free, index in _OST.findall(out)]


def name_and_instance(out, name):
    """Return (fsname, instance) of `lfs getname NAME` (H74), or None."""
    found = _NAME.match(out)
    if found is None or found.group(3) not in (None, name):
        return None
    return tuple(part.decode('utf-8', 'backslashreplace') for part in found.groups()[:2])


def _aligned(out, whole, names, start, parse):
    answers = [None] * len(names)
    places = _places(names)
    for record in _records(out, whole):
        cut = record.rfind(start)
        answer = parse(record[cut:]) if cut >= 0 else None
        if answer is not None:
            for index in places.get(record[:cut], ()):
                answers[index] = answer
    return answers


def _places(names):
    places = {}
    for index, name in enumerate(names):
        places.setdefault(name, []).append(index)
    return places


def _records(out, whole):
    """Yield the records of an output, without the newline that ends each."""
    parts = (b'\n' + out).split(b'\n' + MARK)
    for number, part in enumerate(parts[1:], 2):
        if number < len(parts):
            yield MARK + part
        elif whole and part.endswith(b'\n'):
            yield MARK + part[:-1]


def _pieces(err):
    """Yield, of each error, whether its name stands in quotes, and its text from there on."""
    parts = err.split(MARK)
    for before, part in zip(parts, parts[1:]):
        yield before.endswith(b"'"), MARK + part


def _split_error(piece, middle, places):
    """Return (name, reason) of an error; (None, None) when it names none of ours.

    The last possible place wins: a name may hold the words of an error, a reason does not.
    """
    cut = piece.rfind(middle)
    while cut >= 0:
        if piece[:cut] in places:
            return piece[:cut], piece[cut + len(middle):].split(b'\n', 1)[0]
        cut = piece.rfind(middle, 0, cut)
    return None, None


def _state(text):
    found = _STATE.match(text)
    if found is None:
        return None
    return State(int(found.group(1), 16), int(found.group(2) or 0))


def _action(text):
    found = _ACTION.match(text)
    if found is None:
        return None
    verb, waiting, moved = found.groups()
    if verb is None:
        return Action(None, False, 0)
    return Action(verb.decode('ascii'), waiting is None, int(moved or 0))

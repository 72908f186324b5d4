# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a mount failed: what was said, and what this host shows beside it."""

import os
import re

from . import diagnosis, port

_SECONDS = 10
# The kernel log names these two causes when the helper only says that it failed.
_TELLING = re.compile(br'acceptor on port \d+|profile .{0,80}could not be read', re.IGNORECASE)
_STAMP = re.compile(br'\A(?:<\d+>)?\[ *(\d+)\.\d+\] ')
# printk's clock and ours drift apart a little.
_DRIFT = 5
# Causes that a stolen port hides behind: the module does not start, or no server answers.
_OF_THE_PORT = ('mgs_silent', 'module_not_loaded', 'no_route', 'options', 'port_taken', 'unknown')


def explain(programs, text, source, point, began):
    """Return the Diagnosis of a mount that failed.

    text: what was said (bytes); source, point: text for people; began: uptime() at its start.
    """
    said = b'\n'.join([text] + kernel_words(programs, began)).decode('utf-8', 'replace')
    known = dict(source=source, point=point, kernel=os.uname().release)
    found = diagnosis.read(said, **known)
    if found.cause in _OF_THE_PORT:
        taker = port.taker()
        if taker is not None or found.cause == 'port_taken':
            return diagnosis.of('port_taken', said, taker=taker or 'something', **known)
    if found.cause == 'module_not_loaded' and not has_module(programs, known['kernel']):
        return diagnosis.of('module_missing', said, **known)
    return found


def has_module(programs, kernel):
    """Whether there is a Lustre module for a kernel; also where nobody can tell."""
    if programs.there('modinfo') is None:
        return True
    done = programs.call('modinfo', ('-F', 'vermagic', '-k'), [kernel.encode('utf-8'), b'lustre'],
                         _SECONDS)
    return done.rc == 0


def kernel_words(programs, began):
    """Return the telling lines that Lustre wrote to the kernel log since an uptime."""
    if programs.there('dmesg') is None:
        return []
    lines = programs.call('dmesg', ('--raw',), deadline=_SECONDS).out.split(b'\n')
    found = []
    for line in lines:
        stamp = _STAMP.match(line)
        if stamp and int(stamp.group(1)) >= began - _DRIFT and _TELLING.search(line):
            found.append(line[stamp.end():])
    return found[-4:]


def uptime():
    """Return the seconds since the boot."""
    with open('/proc/uptime') as file:
        return float(file.read().split()[0])

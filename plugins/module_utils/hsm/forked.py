# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The child's side of a fork: what a process of ours does before it is something else.

Everything that touches the mount runs behind this (safety rule 6). A child belongs to a
session of its own, so that Ctrl-C on a terminal reaches only the parent, and it dies with
its parent, so that no walk goes on alone.
"""

import gc
import os
import signal
import traceback

# lustre-hsm H6: reasons are matched in the C locale. Nothing of the caller's environment
# reaches a program that we start, unless the job says otherwise.
ENVIRONMENT = {'LC_ALL': 'C', 'LANG': 'C', 'PATH': '/usr/sbin:/usr/bin:/sbin:/bin'}

# Reports of a child: one line a name that has no place, then what went wrong, to the end.
PLACE, FAILED = b'place ', b'failed '

_STATUS = 3
_PR_SET_PDEATHSIG = 1

try:
    import ctypes
    _prctl = ctypes.CDLL(None).prctl
    _prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
except (ImportError, OSError, AttributeError):
    # A Python without it: then a child ends when it next writes to its parent.
    _prctl = None


def die_with(parent):
    """Have the kernel end this process when its parent ends.

    A change of user undoes it: whoever gives up root calls this again.
    """
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def run(job, parent, pipes, others):
    """Be the child of a job; never return.

    pipes: write ends for output, errors, reports, each above descriptor 2; others:
    descriptors of the parent's that this child has no business with.
    """
    out, err, status = pipes
    code = 1
    try:
        os.setsid()
        die_with(parent)
        _forget_signals()
        for descriptor in others:
            os.close(descriptor)
        # What is printed by mistake is seen as an error, and never in the parent's output.
        os.dup2(err, 1)
        os.dup2(err, 2)
        code = job.inside(out, status)
    except BaseException as error:
        _tell(status, FAILED + _told(error).encode('utf-8', 'backslashreplace'))
    finally:
        os._exit(code)


def become(program, before, places, after, out, status, environment=None):
    """Replace this process by a program that is given the names of the opened places.

    Returns an exit code when no name is left to ask for.
    """
    # Closing what Python objects of the parent still refer to: none may be freed after it.
    gc.disable()
    _keep_only(out, status)
    os.chdir('/')
    errors = places.open_all()
    for index in errors:
        _tell(_STATUS, PLACE + b'%d %d\n' % (index, errors[index]))
    names = [name for index, name in enumerate(places.names) if index not in errors]
    if errors and not names:
        return 0
    try:
        os.execve(program, [program] + before + names + after,
                  ENVIRONMENT if environment is None else environment)
    except OSError as error:
        _tell(_STATUS, FAILED + b'%s cannot be started: %s.'
              % (program, error.strerror.encode('utf-8')))
    return 1


def _keep_only(out, status):
    """Have /dev/null, the pipes and nothing else open."""
    os.dup2(out, 1)
    null = os.open('/dev/null', os.O_RDONLY)
    os.dup2(null, 0)
    if status != _STATUS:
        os.dup2(status, _STATUS)
    os.set_inheritable(_STATUS, False)
    for name in os.listdir('/proc/self/fd'):
        if int(name) > _STATUS:
            try:
                os.close(int(name))
            except OSError:
                # The descriptor of the listing itself.
                continue


def handled_signals():
    """Return the signals that this process does not leave to their default."""
    return [number for number in range(1, signal.NSIG)
            if signal.getsignal(number) not in (signal.SIG_DFL, None)]


def _forget_signals():
    """Have no handler of the parent's, and what was held back while forking let through."""
    signal.set_wakeup_fd(-1)
    for number in handled_signals():
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _told(error):
    """Return one line about an exception; where it came from too, unless the system said no."""
    text = ' '.join(''.join(traceback.format_exception_only(type(error), error)).split())
    if isinstance(error, OSError):
        return text
    where = traceback.extract_tb(error.__traceback__)[-1]
    return '%s (%s, line %d)' % (text, os.path.basename(where[0]), where[1])


def _tell(status, data):
    while data:
        data = data[os.write(status, data):]

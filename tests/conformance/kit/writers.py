# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to write a file that a shell does not have; each is run in a process of its own."""

import ctypes
import errno
import mmap
import os

_SIZE = 4096
# "This file system has no such call".
MISSING = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV)

_libc = ctypes.CDLL(None, use_errno=True)


def _opened(path, flags):
    return os.open(path, flags | os.O_CREAT, 0o666)


def python(path):
    with open(path, 'wb') as stream:
        stream.write(b'x' * _SIZE)


def truncating(path):
    os.close(_opened(path, os.O_WRONLY | os.O_TRUNC))


def unwritten(path):
    os.close(_opened(path, os.O_RDWR))


def allocating(path):
    fd = _opened(path, os.O_WRONLY)
    os.posix_fallocate(fd, 0, _SIZE)
    os.close(fd)


def cutting(path):
    fd = _opened(path, os.O_WRONLY)
    os.ftruncate(fd, 100)
    os.close(fd)


def direct(path):
    fd = _opened(path, os.O_WRONLY | os.O_DIRECT)
    with mmap.mmap(-1, _SIZE) as page:
        os.writev(fd, [page])
    os.close(fd)


def sendfile(path):
    fd = _opened(path, os.O_WRONLY)
    with open('/etc/passwd', 'rb') as source:
        os.sendfile(fd, source.fileno(), 0, 100)
    os.close(fd)


def copying(path):
    """copy_file_range, from a file on the same mount: it may have none to another."""
    source = os.open(os.path.dirname(path) + b'/source', os.O_RDONLY)
    fd = _opened(path, os.O_WRONLY)
    number = 326 if os.uname().machine == 'x86_64' else 285
    _checked(_libc.syscall(number, source, None, fd, None, ctypes.c_size_t(100), 0))
    os.close(fd)


def splicing(path):
    reader, writer = os.pipe()
    os.write(writer, b'x' * 100)
    fd = _opened(path, os.O_WRONLY)
    _checked(_libc.splice(reader, None, fd, None, ctypes.c_size_t(100), 0))
    os.close(fd)


def replace(path):
    python(path + b'.new')
    os.rename(path + b'.new', path)


def inherited(path):
    """A child keeps the descriptor and closes it last. Returns the child's number."""
    fd = _opened(path, os.O_WRONLY)
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        os.read(heard, 1)
        os.write(fd, b'x')
        os._exit(0)
    os.close(fd)
    os.close(told)
    os.waitpid(child, 0)
    return child


def duplicated(path):
    fd = _opened(path, os.O_WRONLY)
    other = os.dup(fd)
    os.close(fd)
    os.write(other, b'x')
    os.close(other)


def three_times(path):
    for _number in range(3):
        fd = _opened(path, os.O_WRONLY | os.O_APPEND)
        os.write(fd, b'x')
        os.close(fd)


def overlapping(path):
    one, other = _opened(path, os.O_WRONLY), _opened(path, os.O_WRONLY)
    os.close(one)
    os.close(other)


def _checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

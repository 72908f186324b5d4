# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in a process that keeps our descriptors, for what changes a process for good."""

import os
import pickle


def forked(function, *args):
    """Return what function(*args) returns in a fork; what it raises is raised here."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _become(writer, function, args)
    os.close(writer)
    with os.fdopen(reader, 'rb') as stream:
        data = stream.read()
    os.waitpid(pid, 0)
    assert data, 'process %d died without an outcome' % pid
    value, problem = pickle.loads(data)
    if problem is not None:
        raise problem
    return value


def _become(writer, function, args):
    try:
        try:
            answer = (function(*args), None)
        except Exception as problem:
            answer = (None, problem)
        with os.fdopen(writer, 'wb') as stream:
            pickle.dump(answer, stream)
    finally:
        os._exit(0)

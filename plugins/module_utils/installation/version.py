# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One version of the command as a folder: built whole, and known to be whole later."""

import hashlib
import io
import json
import os
import stat
import zipfile

from ..hsm.errors import Refused
from ..hsm.escape import escape
from . import files, interpreter

LAUNCHER = b'file-cache'
RECORD = b'installed.json'
# -B: nothing is ever written into the folder by running it.
_FIRST_LINE = b'#!%s -IB\n'


def build(folder, archive, version, python, run):
    """Build the folder (which does not exist) out of the archive's bytes; raise Refused.

    python: an Interpreter. It is on disk when this returns, and has been run.
    """
    os.mkdir(folder, 0o700)
    _unpack(folder, archive, python.path)
    interpreter.compile_all(run, python, [path for path in _walk(folder)[1]
                                          if path.endswith(b'.py')])
    folders, paths = _walk(folder)
    for path in paths:
        if path.endswith(b'.pyc'):
            os.chmod(path, 0o644)
            files.sync(path)
    record = {'schema': 1, 'version': version, 'digest': digest(archive),
              'interpreter': os.fsdecode(python.path), 'python': python.tag,
              'files': {os.fsdecode(os.path.relpath(path, folder)): _digest_of(path)
                        for path in paths}}
    files.write(os.path.join(folder, RECORD), json.dumps(record, indent=1).encode('ascii'), 0o644)
    for inner in folders:
        os.chmod(inner, 0o755)
        files.sync(inner)
    _try_out(folder, version, run)


def digest(archive):
    """What an archive is known by."""
    return hashlib.sha256(archive).hexdigest()


def record_of(folder):
    """Return what is written down about a folder, None where it is no version of ours."""
    try:
        record = json.loads(files.read(os.path.join(folder, RECORD)).decode('ascii'))
        return record if record['schema'] == 1 and isinstance(record['files'], dict) else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def is_whole(folder):
    """Whether a folder holds exactly what was built, root's own."""
    record = record_of(folder)
    if record is None:
        return False
    folders, paths = _walk(folder)
    expected = {os.path.join(folder, os.fsencode(name)): known
                for name, known in record['files'].items()}
    if set(paths) - {os.path.join(folder, RECORD)} != set(expected):
        return False
    return (all(_is_ours(path) for path in folders + paths)
            and all(_digest_of(path) == known for path, known in expected.items()))


def _unpack(folder, archive, python):
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        for name in source.namelist():
            content = source.read(name)
            path = os.path.join(folder, name.encode('ascii'))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if os.path.basename(path) == LAUNCHER:
                files.write(path, _FIRST_LINE % python + content, 0o755)
            else:
                files.write(path, content, 0o644)


def _try_out(folder, version, run):
    status, out, err = run([os.path.join(folder, LAUNCHER), '--version'])
    if status or out.split() != ['file-cache', version]:
        raise Refused('The command was built in %s and does not run: %s'
                      % (escape(folder), err.strip() or out.strip() or 'status %d' % status))


def _walk(folder):
    """Return (all folders from this one down, all that is in them and no folder)."""
    folders, paths = [], []
    for inner, names, others in os.walk(folder):
        folders.append(inner)
        paths += [os.path.join(inner, name) for name in others]
        paths += [path for path in (os.path.join(inner, name) for name in names)
                  if os.path.islink(path)]
    return folders, paths


def _is_ours(path):
    info = os.lstat(path)
    return (info.st_uid == os.geteuid() and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
            and not stat.S_ISLNK(info.st_mode))


def _digest_of(path):
    return hashlib.sha256(files.read(path) or b'').hexdigest()

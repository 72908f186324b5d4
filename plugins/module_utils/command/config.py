# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/etc/file-cache/config.json: what the roots are, and what a caller through sudo may do.

::

    {"schema": 1,
     "roots": [{"name": "assets", "path": "/mnt/cache/nas1/assets", "cache": "fc-0123"}],
     "mounts": [{"path": "/mnt/cache", "fsname": "abcd1234"}],       # what this host mounts
     "verbs": ["evict", "hydrate", "refresh", "archive", "state"],   # through sudo
     "ceilings": {"jobs": 4, "max_in_flight": 512},                  # through sudo
     "defaults": {"stall_timeout": 1800},                            # for everybody
     "sweep": {"quiet_period": 1800}}                                # and more: settings.py

Every key may be left out but schema. Whatever is not known is an error: a ceiling
that is spelt wrong would be none.
"""

import json
import os
import re
import stat
from collections import namedtuple

from ..hsm.errors import Refused
from ..hsm.escape import escape
from . import settings

PATH = b'/etc/file-cache/config.json'
LIMIT = 1024 * 1024

Root = namedtuple('Root', 'name path cache')
# fsname: '' where any cache will do.
Mount = namedtuple('Mount', 'path fsname')
# roots: {name: Root}; mounts: [Mount]; settings: {section: {key: value}}, whole.
Config = namedtuple('Config', 'roots mounts verbs ceilings defaults settings')

NOTHING = Config({}, [], (), {}, {}, settings.fill({}))

_NAME = re.compile(r'[a-z0-9_-]+\Z')
# What Lustre allows; the mount name of a File Cache is one.
_FSNAME = re.compile(r'[A-Za-z0-9_-]{0,8}\Z')
_KINDS = {int: 'a number', str: 'text', list: 'a list', dict: 'an object'}
_SHAPE = dict({'schema': int, 'roots': list, 'mounts': list, 'verbs': list, 'ceilings': dict,
               'defaults': dict}, **dict.fromkeys(settings.SECTIONS, dict))


def _refuse(what, advice='run the role file_cache_client again, which writes it'):
    raise Refused('%s: %s; %s' % (escape(PATH), what, advice))


def _check_owner(info, path):
    if info.st_uid != 0 or info.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        _refuse('%s can be written by others than root' % escape(path),
                'make root its owner and take the write permission of group and others away')


def _open_trusted():
    """Open the file, or return None where there is none.

    Folder by folder without following links, each root's own: nobody else can have
    put it there (design.md, safety rule 7).
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    folder = os.open(b'/', flags | os.O_DIRECTORY)
    walked = b''
    parts = PATH.strip(b'/').split(b'/')
    try:
        for part in parts[:-1]:
            inner = os.open(part, flags | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
            walked += b'/' + part
            _check_owner(os.fstat(folder), walked)
        config = os.open(parts[-1], flags | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as problem:
        _refuse('cannot be opened: %s' % problem.strerror, 'it must be a plain file of root')
    finally:
        os.close(folder)
    info = os.fstat(config)
    if not stat.S_ISREG(info.st_mode):
        os.close(config)
        _refuse('is not a plain file')
    try:
        _check_owner(info, PATH)
    except Refused:
        os.close(config)
        raise
    return config


def _typed(value, wanted, where):
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise ValueError('%s must be %s' % (where, _KINDS[wanted]))
    return value


def _known(found, known, where):
    unknown = sorted(set(found) - set(known))
    if unknown:
        raise ValueError('%s has the unknown key "%s"; known are %s'
                         % (where, unknown[0], ', '.join(sorted(known))))


def _path(text, where):
    try:
        path = text.encode('utf-8', 'surrogateescape')
    except UnicodeEncodeError:
        raise ValueError('%s: the path is not text' % where)
    if (not path.startswith(b'/') or path.startswith(b'//') or os.path.normpath(path) != path
            or b'\0' in path):
        raise ValueError('%s: the path must be absolute and without "..", "." or a slash too many'
                         % where)
    return path


def _root(item, number):
    where = 'root %d' % number
    _typed(item, dict, where)
    _known(item, Root._fields, where)
    name = _typed(item.get('name'), str, where + ': name')
    if not _NAME.match(name):
        raise ValueError('%s: the name "%s" may hold a-z, 0-9, _ and - only' % (where, name))
    path = _path(_typed(item.get('path'), str, where + ': path'), where)
    return Root(name, path, _typed(item.get('cache', ''), str, where + ': cache'))


def _mount(item, number):
    where = 'mount %d' % number
    _typed(item, dict, where)
    _known(item, Mount._fields, where)
    fsname = _typed(item.get('fsname', ''), str, where + ': fsname')
    if not _FSNAME.match(fsname):
        raise ValueError('%s: "%s" is not the name of a Lustre file system: at most 8 of a-z, '
                         'A-Z, 0-9, _ and -' % (where, fsname))
    return Mount(_path(_typed(item.get('path'), str, where + ': path'), where), fsname)


def _mounts(items):
    mounts = [_mount(item, number) for number, item in enumerate(items, 1)]
    if len({mount.path for mount in mounts}) < len(mounts):
        raise ValueError('two mounts have the same path')
    return mounts


def parse(raw, tuning, verbs):
    """Return the Config that these bytes say; raise ValueError for what they may not say.

    tuning: {name of an option: its check(value) -> value, raising ValueError};
    verbs: the names of all verbs.
    """
    try:
        data = json.loads(raw.decode('utf-8'))
    except (ValueError, RecursionError) as problem:
        raise ValueError('is not JSON: %s' % problem)
    _typed(data, dict, 'the whole')
    _known(data, _SHAPE, 'the whole')
    for key in data:
        _typed(data[key], _SHAPE[key], key)
    if data.get('schema') != 1:
        raise ValueError('its schema is %s, and this version knows 1' % data.get('schema'))
    roots = {}
    for number, item in enumerate(data.get('roots', []), 1):
        root = _root(item, number)
        if root.name in roots:
            raise ValueError('two roots are called "%s"' % root.name)
        roots[root.name] = root
    for verb in data.get('verbs', []):
        if verb not in verbs:
            raise ValueError('verbs names %s; there are %s' % (json.dumps(verb), ', '.join(verbs)))
    return Config(roots, _mounts(data.get('mounts', [])), tuple(data.get('verbs', [])),
                  _tuned(data, 'ceilings', tuning), _tuned(data, 'defaults', tuning),
                  settings.fill(data))


def _tuned(data, part, tuning):
    given = data.get(part, {})
    _known(given, tuning, part)
    checked = {}
    for key in given:
        try:
            checked[key] = tuning[key](given[key])
        except ValueError as problem:
            raise ValueError('%s: %s: %s' % (part, key, problem))
    return checked


def load(tuning, verbs, required):
    """Return the Config of this host, NOTHING where it has none and none is required."""
    descriptor = _open_trusted()
    if descriptor is None:
        if required:
            _refuse('does not exist, and calls through sudo need it')
        return NOTHING
    with os.fdopen(descriptor, 'rb') as stream:
        raw = stream.read(LIMIT + 1)
    if len(raw) > LIMIT:
        _refuse('is larger than %d bytes' % LIMIT)
    try:
        return parse(raw, tuning, verbs)
    except ValueError as problem:
        _refuse(problem)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system's own Python: it runs the command, so it compiles the command too."""

import os
from collections import namedtuple

from ..hsm.errors import Refused
from . import trust

# On EL 8 the first is what the system's own tools use; an admin may point the second elsewhere.
PLACES = (b'/usr/libexec/platform-python', b'/usr/bin/python3')
OLDEST = (3, 6)

# tag: says of a compiled file whether this Python takes it.
Interpreter = namedtuple('Interpreter', 'path tag')

_ASK = ('import importlib.util, sys; '
        'print(*sys.version_info[:2], sys.implementation.cache_tag, '
        'importlib.util.MAGIC_NUMBER.hex())')

# Python 3.6 knows only time stamps; a file that is never written again keeps its own.
_COMPILE = '''\
import py_compile, sys
modes = getattr(py_compile, 'PycInvalidationMode', None)
how = {'invalidation_mode': modes.UNCHECKED_HASH} if modes else {}
for path in sys.argv[1:]:
    py_compile.compile(path, doraise=True, **how)
'''


def find(run, places=PLACES):
    """Return the Interpreter of this system.

    run: runs an argument vector, returns (exit status, output, errors) as text.
    """
    for path in places:
        if os.path.exists(path):
            trust.check(path)
            return _asked(run, path)
    raise Refused('There is no Python of the system here, at none of %s. Install it (package '
                  'python3).' % ', '.join(place.decode() for place in places))


def _asked(run, path):
    status, out, err = run([path, '-IBc', _ASK])
    words = out.split()
    if status or len(words) != 4:
        raise Refused('%s does not run: %s' % (path.decode(), err.strip() or out.strip()))
    if (int(words[0]), int(words[1])) < OLDEST:
        raise Refused('%s is Python %s.%s, and the command needs 3.6 or newer.'
                      % (path.decode(), words[0], words[1]))
    return Interpreter(path, '-'.join(words[2:]))


def compile_all(run, interpreter, paths):
    """Write the bytecode of these files beside them."""
    status, out, err = run([interpreter.path, '-IBc', _COMPILE] + list(paths))
    if status:
        raise Refused('%s cannot compile the command: %s'
                      % (interpreter.path.decode(), err.strip() or out.strip()))

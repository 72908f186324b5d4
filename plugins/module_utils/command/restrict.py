# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a caller through sudo may not do (design.md, safety rule 7).

sudoers allows the command without any pattern for its arguments, so the command
itself judges them by the config of root: which verbs, which folders, how much at
once. It opens no file that an option names.
"""

from ..hsm.errors import Refused
from ..hsm.escape import escape
from ..hsm.options import UNLIMITED


def _only_standard_input(arguments):
    for option, given in (('--from', getattr(arguments, 'list', None)),
                          ('--manifest', getattr(arguments, 'manifest', None))):
        if given not in (None, b'-'):
            raise Refused('%s %s: through sudo a list comes on standard input only; '
                          'write %s - < FILE' % (option, escape(given), option))


def _no_files(arguments):
    if arguments.verb == 'changes':
        raise Refused('changes reads files that it is told, so it does not run through sudo; '
                      'run it as yourself')
    if getattr(arguments, 'output', b'-') != b'-':
        raise Refused('--output %s: through sudo the only output is "-"; write --output - > FILE'
                      % escape(arguments.output))


def _lower(arguments, ceilings):
    """Bring tuning options down to their ceilings; return the lines that say so."""
    said = []
    for name in sorted(ceilings):
        value = getattr(arguments, name, None)
        if value is None:
            continue
        if value > ceilings[name] or (value == 0 and name in UNLIMITED):
            setattr(arguments, name, ceilings[name])
            said.append('--%s is lowered to %s, the ceiling for calls through sudo'
                        % (name.replace('_', '-'), ceilings[name]))
    return said


def restrict(arguments, config):
    """Hold the arguments to the config; return lines to be said; raise Refused."""
    if arguments.verb not in config.verbs:
        raise Refused('%s is not allowed through sudo on this host; allowed are: %s'
                      % (arguments.verb, ', '.join(config.verbs) or 'none'))
    _only_standard_input(arguments)
    _no_files(arguments)
    return _lower(arguments, config.ceilings)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of file-cache: words in, one namespace out (design.md, Interfaces).

Values of tuning options are checked by the engine's own table, so that the command,
the config file and the Ansible modules know the same words and limits.
"""

import argparse
import os

from ..hsm.errors import Refused
from ..hsm.escape import escape
from ..hsm.options import DEFAULTS, TUNING
from ..hsm.version import VERSION

MOVING = ('archive', 'evict', 'hydrate', 'refresh')
ON_CACHE = MOVING + ('state',)
# What a host saves by itself: what it wrote, and what became quiet.
SAVING = ('writeback', 'sweep')
VERBS = ON_CACHE + ('manifest', 'changes') + SAVING
# What the service manager and the role run. They are no verbs for callers through sudo.
SERVICES = ('watch', 'guard')
OF_THE_HOST = SERVICES + ('probe', 'scan')
FILES = ('list', 'manifest', 'output', 'old', 'new')

HELP = {
    'archive': 'write new and changed files back to the filer',
    'evict': 'release files that are clean, so that their space is free',
    'hydrate': 'bring released files back into the cache',
    'refresh': 'evict what is clean, then hydrate: the newest bytes of the filer',
    'state': 'count files by state, and what is in progress; change nothing',
    'manifest': "list a filer's tree, to be compared with the cache later",
    'changes': 'names that are new or changed between two manifests, NUL-ended',
    'scan': 'list what changed on the filer since the last baseline of a cache',
    'writeback': 'save what this host wrote, and wait until it is on the filer',
    'sweep': 'save what became quiet below the roots of this host',
    'probe': 'say whether the right cache is mounted here and answers',
    'watch': 'keep a list of what this host writes on its caches (a service)',
    'guard': 'save and unmount when EC2 takes this Spot host away (a service)',
}

EPILOG = """\
PATH is absolute, or @NAME[/below] of a root in /etc/file-cache/config.json.
Exit status, the first that applies: 2 usage or refused, nothing sent; 130/143 stopped by a
signal; 1 something failed, timed out or is pending, or a listing was incomplete; 3 something
was skipped; 0.
"""


class _Parser(argparse.ArgumentParser):
    """A parser that raises instead of ending the process, and knows whole options only."""

    def error(self, message):
        raise Refused('%s; see %s --help' % (message, self.prog))

    def _get_option_tuples(self, option_string):
        # A shortened long option would stop working with the next one that begins alike.
        # (allow_abbrev=False takes the short options' joining away before Python 3.8.)
        if option_string.startswith('--'):
            return []
        return super(_Parser, self)._get_option_tuples(option_string)


class _Tuning(argparse.Action):
    """An option of the engine's table: its value is checked there."""

    def __call__(self, parser, namespace, values, option_string=None):
        try:
            value = TUNING[self.dest](values)
        except ValueError as problem:
            raise argparse.ArgumentError(self, str(problem))
        setattr(namespace, self.dest, value)


def _add_tuning(parser, flag, metavar, text):
    parser.add_argument(flag, action=_Tuning, metavar=metavar, default=None, help=text)


def _add_selection(parser):
    group = parser.add_argument_group('which files')
    group.add_argument('-r', '--recursive', action='store_true', help='everything below a folder')
    group.add_argument('--from', dest='list', metavar='FILE',
                       help='only the names in this list ("-": standard input)')
    group.add_argument('-0', '--null', action='store_true', help='the list is NUL-separated')
    group.add_argument('--missing-ok', action='store_true',
                       help='names in the list that do not exist are no failure')
    group.add_argument('--include', action='append', default=[], metavar='GLOB',
                       help='only names that match (repeatable)')
    group.add_argument('--exclude', action='append', default=[], metavar='GLOB',
                       help='not names that match (repeatable)')
    group.add_argument('--older-than', metavar='N[smhdw]', help='not changed for so long')
    group.add_argument('--newer-than', metavar='EPOCH|N[smhdw]', help='changed since')
    group.add_argument('--shard', metavar='I/N', help='the I-th of N parts of the files')


def _add_conduct(parser):
    group = parser.add_argument_group('how')
    _add_tuning(group, '--timeout', 'S', 'end after S seconds (0: no limit)')
    _add_tuning(group, '--stall-timeout', 'S', 'end when nothing moved for S seconds')
    _add_tuning(group, '--jobs', 'N', 'lfs calls side by side')
    _add_tuning(group, '--error-limit', 'N', 'stop after N failures of one kind, 0: never')
    return group


def _add_moving(parser, verb):
    group = parser.add_argument_group('moving')
    group.add_argument('-n', '--dry-run', action='store_true', help='say what would be done')
    group.add_argument('--no-wait', action='store_true', help='ask for it, do not wait for its end')
    _add_tuning(group, '--max-in-flight', 'FILES', 'files that wait at the coordinator at most')
    if verb in ('evict', 'refresh'):
        group.add_argument('--dirty', choices=['skip', 'archive', 'fail'], default='skip',
                           help='what to do with unsaved files: they are never dropped')
    if verb == 'archive':
        _add_tuning(group, '--quiet-period', 'S', 'leave files that changed in the last S seconds')
        group.add_argument('--manifest', metavar='FILE', help='find conflicts with the filer')
        group.add_argument('--resend', action='store_true',
                           help='send files again that the manifest misses')
    if verb in ('hydrate', 'refresh'):
        _add_tuning(group, '--reserve', 'N[KMGT]', 'space that stays free on the cache')


def _add_report(parser):
    group = parser.add_argument_group('report')
    group.add_argument('--json', action='store_true', help='the summary as one JSON object')
    _add_tuning(group, '--max-report', 'N', 'name at most N files')
    group.add_argument('-q', '--quiet', action='store_true', help='only errors')
    group.add_argument('-v', '--verbose', action='store_true',
                       help='name what was done or skipped too')
    group.add_argument('--advisory', action='store_true', help='say what is wrong, exit 0')
    return group


def _add_saving(parser, verb):
    if verb == 'writeback':
        parser.add_argument('paths', nargs='*', metavar='FOLDER',
                            help='only what lies there (default: all roots)')
        group = parser.add_argument_group('which files')
        group.add_argument('--newer-than', metavar='EPOCH|N[smhdw]',
                           help='written since then: the start of the task')
        group.add_argument('--from', dest='list', metavar='FILE',
                           help='further names that must be saved ("-": standard input)')
        group.add_argument('-0', '--null', action='store_true',
                           help='the list is NUL-separated')
    _add_tuning(_add_conduct(parser), '--max-in-flight', 'FILES',
                'files that wait at the coordinator at most')
    _add_report(parser)


def parser():
    """The whole command line."""
    top = _Parser(prog='file-cache', description='Move files between Amazon File Cache and its '
                  'filer, safely.', epilog=EPILOG,
                  formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument('--version', action='version', version='file-cache ' + VERSION)
    verbs = top.add_subparsers(dest='verb', metavar='VERB', parser_class=_Parser)
    for verb in ON_CACHE:
        one = verbs.add_parser(verb, help=HELP[verb], description=HELP[verb])
        one.add_argument('paths', nargs='+', metavar='PATH')
        _add_selection(one)
        _add_conduct(one)
        if verb in MOVING:
            _add_moving(one, verb)
        else:
            one.add_argument('--expect-clean', action='store_true',
                             help='exit 3 unless everything is clean or released')
        group = _add_report(one)
        group.add_argument('--progress', choices=['auto', 'bar', 'lines', 'none'], default='auto')
        group.add_argument('--skips-ok', action='store_true',
                           help='exit 0 in spite of skipped files')
    for verb in SAVING:
        _add_saving(verbs.add_parser(verb, help=HELP[verb], description=HELP[verb]), verb)
    one = verbs.add_parser('manifest', help=HELP['manifest'], description=HELP['manifest'])
    one.add_argument('folder', metavar='DIR')
    one.add_argument('--output', required=True, metavar='FILE|-')
    one = verbs.add_parser('changes', help=HELP['changes'], description=HELP['changes'])
    one.add_argument('old', metavar='OLD')
    one.add_argument('new', metavar='NEW')
    one = verbs.add_parser('scan', help=HELP['scan'], description=HELP['scan'])
    one.add_argument('folder', metavar='DIR')
    one.add_argument('--cache', required=True, metavar='ID', help='whose baseline it is')
    one.add_argument('--list', dest='ident', required=True, metavar='HEX',
                     help='the name of the list: DIR/.file-cache/HEX.changes')
    one = verbs.add_parser('probe', help=HELP['probe'], description=HELP['probe'])
    one.add_argument('mount', metavar='MOUNT')
    one.add_argument('--expect', metavar='FSNAME', default='',
                     help='the name that the cache must have')
    one.add_argument('--write-test', action='store_true',
                     help='also write, read and remove a file')
    one.add_argument('--json', action='store_true', help='what was found as one JSON object')
    one.add_argument('-q', '--quiet', action='store_true', help='only errors')
    for verb in SERVICES:
        verbs.add_parser(verb, help=HELP[verb], description=HELP[verb])
    return top


def parse(argv):
    """Return the namespace of these words (str, as sys.argv has them); raise Refused.

    Names of files come as absolute bytes, so that the process can leave its working
    directory: that may lie on the cache and would keep it busy. "-" stays b'-'.
    """
    found = parser().parse_args(argv)
    if found.verb is None:
        raise Refused('which verb? %s; see file-cache --help' % ', '.join(VERBS + OF_THE_HOST))
    for name in FILES:
        word = getattr(found, name, None)
        if word is not None:
            setattr(found, name, _absolute(raw(word)))
    return found


def _absolute(name):
    if name == b'-' or name.startswith(b'/'):
        return name
    try:
        return os.path.join(os.getcwdb(), name)
    except OSError as problem:
        raise Refused('%s is relative to a folder that is gone (%s); give its absolute path'
                      % (escape(name), problem.strerror))


def fill(found, defaults):
    """Give every tuning option that was not said its default: the host's, else ours."""
    for name in TUNING:
        if getattr(found, name, 0) is None:
            setattr(found, name, defaults.get(name, DEFAULTS[name]))


def raw(word):
    """The bytes that a word of the command line stands for."""
    return os.fsencode(word)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place that runs deadlinecommand: found once, asked with argument lists, in time."""

import collections
import os
import pwd

from ..hsm.child import Children, ExecJob
from ..hsm.escape import escape
from . import answers
from .errors import DeadlineError

PROGRAM = 'deadlinecommand'
LINUX_FOLDER = '/opt/Thinkbox/Deadline10/bin'
# macOS keeps the folder in a file (deadline 126).
MAC_FOLDER_FILE = '/Users/Shared/Thinkbox/DEADLINE_PATH'

Said = collections.namedtuple('Said', 'rc out err')


class _NoPlaces(object):
    """Nothing is opened for a call."""

    names = ()

    @staticmethod
    def open_all():
        return {}


def find(named, variables):
    """Return the absolute path of deadlinecommand (str).

    named: the program or its folder, as the user gave it, or None: then the places where the
    installers put it. The environment of a service has no DEADLINE_PATH (deadline 126).
    """
    places = [named] if named else _usual_places(variables)
    for place in places:
        path = os.path.join(place, PROGRAM) if os.path.isdir(place) else place
        if os.path.isabs(path) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise DeadlineError(
        'There is no %s that can be executed (looked at %s). Install the Deadline Client on this '
        'host, or say where it is with the option deadlinecommand, or use transport rcs.'
        % (PROGRAM, ', '.join(places)))


def _usual_places(variables):
    folders = [variables['DEADLINE_PATH']] if variables.get('DEADLINE_PATH') else []
    folders.append(LINUX_FOLDER)
    try:
        with open(MAC_FOLDER_FILE) as file:
            folders.append(file.read().strip())
    except OSError:
        pass
    folders += [folder for folder in variables.get('PATH', '').split(os.pathsep) if folder]
    return [os.path.join(folder, PROGRAM) for folder in folders]


class Command(object):
    """Runs deadlinecommand; every call ends within `timeout` seconds, or is left behind.

    variables: the environment that it gets, since its configuration belongs to the user who
    runs it (deadline 129).
    """

    def __init__(self, named=None, timeout=60, variables=None):
        self._variables = dict(os.environ if variables is None else variables)
        if 'HOME' not in self._variables:
            self._variables['HOME'] = pwd.getpwuid(os.geteuid()).pw_dir
        self.path = find(named, self._variables)
        self._timeout = timeout
        self._children = Children()
        self._json = None
        self._version_said = None

    def close(self):
        self._children.close()

    def call(self, words):
        """Run it once with these words; return Said, whatever the exit status."""
        results = []
        self._children.start(ExecJob(
            os.fsencode(self.path), [os.fsencode(word) for word in words], _NoPlaces(), [],
            environment={os.fsencode(name): os.fsencode(value)
                         for name, value in self._variables.items()},
            deadline=self._timeout, done=results.append))
        while not results:
            self._children.wait(1)
        return self._said(words, results[0])

    def _said(self, words, result):
        asked = '%s %s' % (PROGRAM, words[0])
        if result.timed_out:
            raise DeadlineError(
                '%s did not answer within %s seconds%s. See whether the repository, its database '
                'or the Remote Connection Server can be reached from this host, or raise timeout.'
                % (asked, self._timeout,
                   ' and cannot be ended, it was left behind' if result.stuck else ''))
        if result.failure is not None:
            raise DeadlineError('%s: %s' % (asked, result.failure))
        if result.flooded:
            raise DeadlineError('%s printed without end and was stopped.' % asked)
        return Said(result.rc, *[text.decode('utf-8', 'replace')
                                 for text in (result.out, result.err)])

    def version(self):
        """The version as text, such as 10.3.2.1; None when it does not say."""
        said = self._version_call()
        found = answers.version(said.out + '\n' + said.err)
        if found is None and said.rc != 0:
            raise self.failed(['Version'], said)
        return found

    def ask(self, words):
        """Run a sub-command that answers with one value; return it as text."""
        if self._speaks_json():
            return _text(self._by_json(words))
        found = self._lines(words)
        if len(found) > 1:
            raise DeadlineError(
                '%s %s printed more than its answer, and which line is it cannot be told: %s. Run '
                'it by hand and remove the cause of the other lines.'
                % (PROGRAM, words[0], ' | '.join(answers.quote(line) for line in found)))
        return found[0] if found else ''

    def ask_list(self, words):
        """Run a sub-command that answers with names, one a line; return them."""
        if self._speaks_json():
            found = self._by_json(words)
            return [_text(name) for name in found] if isinstance(found, list) \
                else answers.lines(_text(found))
        return self._lines(words)

    def _by_json(self, words):
        said = self.call(['--json'] + words)
        found = answers.envelope(said.out)
        if found is not None and found['ok']:
            return found.get('result')
        raise self.failed(words, said, found and _text(found.get('result')))

    def _lines(self, words):
        """The answer of a version without --json: what is not printed at every call."""
        said = self.call(words)
        # On stderr the loader and the runtime complain of what does no harm.
        if said.rc != 0 or answers.error(said.out):
            raise self.failed(words, said)
        always = answers.lines(self._version_call().out)
        return [line for line in answers.lines(said.out) if line not in always]

    def _version_call(self):
        if self._version_said is None:
            self._version_said = self.call(['-Version'])
        return self._version_said

    def _speaks_json(self):
        if self._json is None:
            found = answers.envelope(self.call(['--json', 'Version']).out)
            self._json = (found is not None and found['ok']
                          and answers.version(_text(found.get('result'))) is not None)
        return self._json

    @staticmethod
    def failed(words, said, why=None):
        """The error of a call that did not do what it was asked."""
        why = (why or answers.error(said.out) or answers.error(said.err)
               or answers.quote(said.err) or answers.quote(' '.join(answers.lines(said.out)[-1:])))
        return DeadlineError('%s %s failed (exit status %s): %s' % (
            PROGRAM, escape(os.fsencode(words[0])), said.rc, why or 'it says nothing.'))


def _text(value):
    return '' if value is None else value if isinstance(value, str) else str(value)

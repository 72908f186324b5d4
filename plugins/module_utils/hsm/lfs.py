# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place that runs `lfs`, and the list of what it may be asked (safety rule 2)."""

import os

from . import report
from .answers import answer_of, of_errno, trouble
from .asking import Question
from .child import MOST_ERR, ExecJob
from .errors import Interrupted, Refused
from .escape import escape
from .finding import FoundNames, why_it_ended_early
from .place import Places, RootPlace, batches, folders_a_call

# One root a call and an option of two words first: some versions count the roots wrongly and
# leave the last one out (field-reports L3).
RELEASED = (b'--type', b'f', b'-L', b'released', b'-0')

# Each verb with the options that it may have, as whole lists. What is not here is never
# run: hsm_remove deletes the filer's copy, hsm_clear and other flags of hsm_set forge
# cleanliness, hsm_cancel leaves readers hanging for ever (lustre-hsm H53, H84).
ALLOWED = {
    b'hsm_state': ((),),
    b'hsm_action': ((),),
    b'hsm_archive': ((),),
    b'hsm_restore': ((),),
    b'hsm_release': ((),),
    b'hsm_set': ((b'--dirty',),),
    b'find': (RELEASED,),
    b'df': ((),),
    b'path2fid': ((),),
    b'getname': ((),),
    b'--version': ((),),
}

REQUESTS = {'archive': b'hsm_archive', 'restore': b'hsm_restore', 'release': b'hsm_release'}

# lustre-hsm H30: 52 are too many for no version, and `lfs` does not split.
MOST_IN_A_REQUEST = 50

CALL_SECONDS = 60
_SYNC_SECONDS = 0.2
FIXED_PATHS = (b'/usr/bin', b'/usr/sbin', b'/bin', b'/sbin')


class Forbidden(Exception):
    """A call of `lfs` that is not on the list: an error in our own code."""


def find_binary(binary=None, fixed_paths=False):
    """Return the path of `lfs` (bytes); raise Refused with advice when there is none.

    fixed_paths: under sudo the caller's PATH says nothing (safety rule 7).
    """
    if binary is not None:
        candidates = [binary]
    else:
        folders = FIXED_PATHS if fixed_paths else os.get_exec_path()
        candidates = [os.path.join(os.fsencode(folder), b'lfs') for folder in folders]
    there = [path for path in candidates if os.path.isabs(path) and os.path.isfile(path)]
    for path in there:
        if os.access(path, os.X_OK):
            return path
    if there:
        raise Refused('%s may not be executed by this user. Correct its rights, or run as a user '
                      'who may.' % escape(there[0]))
    raise Refused('There is no lfs in %s. Install the Lustre client on this host (package '
                  'lustre-client or lustre-client-utils), or run this where the cache is mounted.'
                  % ', '.join(escape(os.path.dirname(path)) for path in candidates))


class Lfs(object):
    """Asks `lfs`; answers come by callback out of children.wait().

    calls: how often it was run; requests: how many of the calls asked for an action.
    """

    def __init__(self, children, roots, binary=None, fixed_paths=False,
                 call_timeout=CALL_SECONDS, devices=None):
        """devices: st_dev of each root, so that a mount that goes away is noticed."""
        self._children = children
        self._roots = roots
        self._devices = devices
        self._binary = find_binary(binary, fixed_paths)
        self._folders = folders_a_call()
        self._timeout = call_timeout
        self.calls = 0
        self.requests = 0

    def states(self, entries, done):
        """done(list aligned with entries: State, Failure or Stuck)."""
        Question(self, b'hsm_state', report.states, entries, done).go_on()

    def actions(self, entries, done):
        """done(list aligned with entries: Action, Failure or Stuck)."""
        Question(self, b'hsm_action', report.actions, entries, done).go_on()

    def request(self, verb, entries, done):
        """Send one request (archive, restore or release); done(Answer)."""
        if not 0 < len(entries) <= MOST_IN_A_REQUEST:
            raise ValueError('a request takes 1 to %d files, not %d'
                             % (MOST_IN_A_REQUEST, len(entries)))
        self.requests += 1
        self._ask_for(REQUESTS[verb], (), entries, done)

    def set_dirty(self, entries, done):
        """Have the files sent again by the next archive (rule 2 says when); done(Answer)."""
        self._ask_for(b'hsm_set', (b'--dirty',), entries, done)

    def released(self, root, data, done):
        """List released files of one root by `lfs find`: data(list of rel names).

        done(None, or why it ended early). What is listed is released; that a file is not
        listed proves nothing (field-reports L4).
        """
        place = RootPlace(self._roots[root], self._device(root))
        names = FoundNames(place.names[0], self._roots[root].only, data)

        def ended(result):
            done(why_it_ended_early(b'find', result, place, names))

        self.call(b'find', RELEASED, place, ended, names.feed)

    def df(self, root, done):
        """done(list of Ost, Failure or Stuck)."""
        self._about(b'df', root, lambda out, _name: report.osts(out) or None, done)

    def fsname(self, root, done):
        """done((fsname, instance), Failure or Stuck); what is not Lustre is ENOTTY."""
        self._about(b'getname', root, report.name_and_instance, done)

    def sync(self, call, *args, **more):
        """Return the answer of one of the calls above; for the few around a run.

        stop (by name): as in run(); raises Interrupted when it says so.
        """
        stop = more.get('stop')
        answers = []
        call(*args, done=answers.append)
        while not answers:
            reason = stop() if stop is not None else None
            if reason is not None:
                raise Interrupted(reason)
            self._children.wait(_SYNC_SECONDS)
        return answers[0]

    def call(self, verb, options, place, done, data=None, most_err=MOST_ERR):
        """Run `lfs` once: every call of it goes through here."""
        if options not in ALLOWED.get(verb, ()):
            raise Forbidden('lfs %s is not allowed' % escape(b' '.join((verb,) + options)))
        # `lfs find` takes its options after the folder, the others before the files.
        before, after = ((), options) if verb == b'find' else (options, ())
        self.calls += 1
        self._children.start(ExecJob(
            self._binary, [verb] + list(before), place, list(after),
            deadline=self._timeout, done=done, data=data, most_err=most_err))

    def places(self, entries):
        return Places(self._roots, entries, self._devices)

    def batches(self, entries):
        return batches(entries, self._folders)

    def _ask_for(self, verb, options, entries, done):
        place = self.places(entries)

        def ended(result):
            done(answer_of(verb, result, place))

        self.call(verb, options, place, ended)

    def _about(self, verb, root, parse, done):
        place = RootPlace(self._roots[root], self._device(root))

        def ended(result):
            done(_one_answer(verb, result, place, parse(result.out, place.names[0])))

        self.call(verb, (), place, ended)

    def _device(self, root):
        return None if self._devices is None else self._devices[root]


def _one_answer(verb, result, place, answer):
    if result.place_errors:
        return of_errno(result.place_errors[0])
    if result.rc == 0 and answer is not None:
        return answer
    return trouble(verb, result, place)

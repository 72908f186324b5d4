# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of one event plugin: what they are, what is to change, and that it did."""

from . import param
from .errors import DeadlineError, Unsupported

# What is shown of a secret.
HIDDEN = '(a password)'


def configured(deadline, name, wanted, text=None, server=None):
    """Return what is to be done to an event plugin, for a Transport that can read or cannot.

    wanted: {key: value}; text: its .param file, when the user gave it; server: a second way
    (ConnectionServer) for what the first does not do, or None.
    """
    try:
        found = deadline.event_plugin(name, sorted(wanted))
    except Unsupported:
        return Unread(deadline, name, wanted, text)
    return Read(deadline, name, wanted, found, text, server)


class _Configured(object):
    """before, changes: {key: text}; warnings: for people; verified: whether it was read back."""

    def __init__(self, deadline, name, declared, wanted, before):
        self._deadline = deadline
        self.name = name
        self._declared = declared
        self.before = before
        self._wanted = self._as_texts(wanted)
        self.changes = {}
        self.warnings = []
        self.verified = False

    @property
    def after(self):
        return dict(self.before, **self.changes)

    def secrets(self):
        """Texts that nobody is to see."""
        return {value for settings in (self.before, self._wanted)
                for key, value in settings.items() if self._hides(key) and value}

    def shown(self, settings):
        """Settings as they may be shown."""
        return {key: HIDDEN if self._hides(key) and value else value
                for key, value in settings.items()}

    def _as_texts(self, wanted):
        unknown = sorted(key for key in wanted if self._declared and key not in self._declared)
        if unknown:
            raise DeadlineError('%s has no setting %s. It has %s.' % (
                self.name, ', '.join(unknown), ', '.join(sorted(self._declared))))
        return {key: param.stored(key, wanted[key], self._declared.get(key)) for key in wanted}

    def _defaults(self):
        return {key: setting.default for key, setting in self._declared.items()}

    def _hides(self, key):
        return key in self._declared and self._declared[key].type == 'password'


class Read(_Configured):
    """A plugin whose settings can be read."""

    def __init__(self, deadline, name, wanted, found, text, server):
        if not found['known']:
            raise DeadlineError(
                'Deadline knows no event plugin %s. Copy its folder to custom/events of the '
                'repository first; folder and files have the same name, letter by letter.' % name)
        declared = param.parse(found['param'] or text or '')
        super(Read, self).__init__(deadline, name, declared, wanted, found['settings'])
        self._server = server
        self._found = found
        if not declared:
            self.warnings.append('The .param file of %s cannot be read, so names and values were '
                                 'not checked.' % name)
        self.changes = {key: self._wanted[key] for key in self._missing()}
        if not self._missing():
            self._warn_of_record()

    def write(self):
        self._deadline.set_event_plugin(self.name, self.changes)
        self._found = self._deadline.event_plugin(self.name, sorted(self._wanted))
        if self._server is not None and (self._missing() or self._turned_on_unseen()):
            # deadline 136: the documented call may create no record, or one that says "off"; the
            # server stores a whole one.
            self._server.replace_event_plugin(
                self.name, dict(self._in_force(), **self.changes), self._found['meta'])
            if self._found['meta'] is None:
                self.warnings.append('%s has forgotten which helper jobs are open: this version of '
                                     'Deadline does not say what a plugin keeps.' % self.name)
            self._found = self._deadline.event_plugin(self.name, sorted(self._wanted))
        if self._missing():
            raise DeadlineError(
                '%s: %s was written and does not hold. This version of Deadline does not make the '
                'record of a plugin that nobody configured. Give rcs_url, so that the whole record '
                'is stored by the Remote Connection Server, or open Tools > Configure Events in '
                'the Monitor once, choose the plugin and press OK, then run this again.'
                % (self.name, ', '.join(self._missing())))
        self._warn_of_record()
        self.verified = True

    def _missing(self):
        """Names of the wanted settings that do not hold now."""
        stored = self._found['settings']
        missing = {key for key, value in self._wanted.items()
                   if not param.equal(stored.get(key), value, self._declared.get(key))}
        if self._server is not None and self._record_says_off():
            missing.add('State')
        return sorted(missing)

    def _record_says_off(self):
        """Whether the record is not marked as enabled although State is to be on."""
        return (self._found['enabled'] is False
                and self._wanted.get('State', 'Disabled') != 'Disabled')

    def _warn_of_record(self):
        if self._record_says_off():
            self.warnings.append(
                'State of %s is "%s", and its record is not marked as enabled. Whether State alone '
                'turns a plugin on is not documented: submit a job and see whether its log names '
                'the plugin. If not, give rcs_url, or open Tools > Configure Events in the '
                'Monitor, choose the plugin and press OK.' % (self.name, self._wanted['State']))

    def _turned_on_unseen(self):
        """Whether a plugin was turned on and its record does not tell if that is so."""
        on = self.changes.get('State', 'Disabled') != 'Disabled'
        return on and self._found['enabled'] is None

    def _in_force(self):
        stored = self._found['settings']
        return dict(self._defaults(), **{key: stored[key] for key in stored
                                         if stored[key] is not None})


class Unread(_Configured):
    """A plugin of which nothing can be read, and everything is replaced."""

    def __init__(self, deadline, name, wanted, text):
        if text is None:
            raise DeadlineError(
                'Transport rcs replaces all that is stored of %s and cannot read it, so it needs '
                'param_file to know all its settings. Or use transport deadlinecommand.' % name)
        super(Unread, self).__init__(deadline, name, param.parse(text), wanted, {})
        self.changes = dict(self._defaults(), **self._wanted)
        if 'State' not in self._wanted:
            raise DeadlineError('Transport rcs cannot read the state of %s, so state has to be '
                                'given.' % name)

    def write(self):
        self._deadline.replace_event_plugin(self.name, self.changes)
        self.warnings.append(
            'Transport rcs cannot read what was stored before, so this counts as a change, it was '
            'not read back, and %s has forgotten which helper jobs are open.' % self.name)

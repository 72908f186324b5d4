# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way in by the Remote Connection Server, from a host without any Deadline.

The requests are those that AWS's own RFDK sends (deadline 137, 163, 165); no others are known.
"""

from .errors import DeadlineError, Refusal, StaleToken
from .transport import Transport

# What old servers insist on and others pass over (deadline 137).
_DB = {'x-amz-deadline-rcs-api': '1'}
_RCS = {'x-amz-deadline-rcs-api': '3'}


class ConnectionServer(Transport):
    """Speaks to one server by way of an Http."""

    name = 'rcs'
    instead = ('Use transport deadlinecommand on a host that has the Deadline Client, which may '
               'itself be connected to this server.')

    def __init__(self, http):
        self._http = http

    def replace_event_plugin(self, name, settings, meta=None):
        self._http.post('/db/plugins/event/config/save', {
            'ID': name.lower(),
            'Name': name,
            'DebugLogging': False,
            'DlInit': _pairs(settings),
            'Icon': None,
            'Limits': [],
            'Meta': _pairs(meta or {}),
            'PluginEnabled': 0 if settings.get('State') == 'Disabled' else 1,
        }, _DB)

    def pools(self):
        return self._names('pools')

    def groups(self):
        return self._names('groups')

    def server_data_token(self, name):
        answer = self._http.post('/rcs/v1/describeServerData', {'ServerDataIds': [name]}, _RCS)
        for entry in _dict(answer).get('ServerData') or ():
            if _dict(entry).get('ID') == name:
                return entry.get('ConcurrencyToken') or ''
        return ''

    def put_server_data(self, name, values, token=None):
        if token is None:
            token = self.server_data_token(name)
        try:
            self._http.post('/rcs/v1/putServerData', {'ServerData': [{
                'ID': name, 'ServerDataDictionary': values, 'ConcurrencyToken': token}]}, _RCS)
        except Refusal as refusal:
            # Which status a stale token has is not documented (deadline 220).
            if refusal.status < 500 and self.server_data_token(name) != token:
                raise StaleToken('%s was changed by somebody else since it was looked at. Nothing '
                                 'of theirs was overwritten. Run this again.' % name)
            raise

    def _names(self, what):
        answer = _dict(self._http.get(
            '/db/settings/collections/%s?invalidateCache=true' % what, _DB))
        # "Pools" also for groups (deadline 165).
        if not isinstance(answer.get('Pools'), list):
            raise DeadlineError('The Remote Connection Server did not list %s as it should.' % what)
        return [str(name) for name in answer['Pools']]


def _pairs(values):
    return [{'Key': key, 'Value': values[key]} for key in sorted(values)]


def _dict(value):
    return value if isinstance(value, dict) else {}

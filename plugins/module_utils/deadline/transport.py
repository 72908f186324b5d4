# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be asked of Deadline: one interface, and two ways that each do what they can."""

from .errors import Unsupported


class Transport(object):
    """The interface. A way in overrides what it can do; the rest says what to use instead.

    name: as the option transport has it; instead: the other way, in words.
    """

    name = ''
    instead = ''

    def close(self):
        """Let go of what is held."""

    def version(self):
        """The version of Deadline, such as 10.3.2.1; None where it does not say."""
        raise self._cannot('tell the version of Deadline')

    def event_plugin(self, name, keys=()):
        """What is known of an event plugin: known (bool), folder, param (text of its file),
        settings ({key: text, None for never set}), enabled (bool, None for unknown), meta (what
        the plugin keeps for itself, {key: text}, None for unknown)."""
        raise self._cannot('read the settings of an event plugin')

    def set_event_plugin(self, name, settings):
        """Set these keys (all values are texts), leave the others."""
        raise self._cannot('set single settings of an event plugin')

    def replace_event_plugin(self, name, settings, meta=None):
        """Make these all that is stored of a plugin: what is not here is lost."""
        raise self._cannot('replace all settings of an event plugin at once')

    def workers(self):
        """A dict for each worker: name, host, address, os, version, state, region, enabled,
        pools, groups, job_id, job, tasks."""
        raise self._cannot('list workers')

    def set_worker(self, name, enabled):
        raise self._cannot('enable or disable a worker')

    def rendering(self):
        """The tasks that workers have now: worker, job_id, job, task, frames."""
        raise self._cannot('list running tasks')

    def jobs(self, states):
        """The jobs in these states, such as Active: id, name, status, user, batch, plugin, pool,
        secondary_pool, group, post_task_script, user_post_task_script, helper, helper_root,
        helper_step, paths."""
        raise self._cannot('list jobs')

    def path_mappings(self, paths=()):
        """rules (pairs, in order) and mapped (aligned with paths), for this host and region."""
        raise self._cannot('read path mappings')

    def pools(self):
        raise self._cannot('list pools')

    def groups(self):
        raise self._cannot('list groups')

    def client_setting(self, key):
        """The value of a key of this host's deadline.ini, empty when it has none."""
        raise self._cannot('read the deadline.ini of a host')

    def set_client_setting(self, key, value, all_users=False):
        raise self._cannot('write the deadline.ini of a host')

    def server_data_token(self, name):
        """The concurrency token of server data, None where there is no such thing."""
        return None

    def put_server_data(self, name, values, token=None):
        """Store texts under an id of Deadline's server data; StaleToken when it has changed
        since the token was given out."""
        raise self._cannot('store server data')

    def _cannot(self, what):
        return Unsupported('Transport %s cannot %s. %s' % (self.name, what, self.instead))

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
name: event_plugin_settings
short_description: Make the settings of the event plugin out of the roots of a farm
version_added: 0.1.0
description:
  - What the role C(renderfarm.file_cache.deadline_filecache) gives to
    M(renderfarm.file_cache.deadline_event_plugin).
author:
  - renderfarm.file_cache authors (@renderfarm)
options:
  _input:
    description: The roots, as in the variable C(file_cache_roots).
    type: list
    elements: dict
    required: true
  options:
    description: Settings besides, by the names of the plugin's C(.param) file.
    type: dict
    required: true
positional: options
'''

EXAMPLES = r'''
- name: Show the settings
  ansible.builtin.debug:
    msg: "{{ file_cache_roots | renderfarm.file_cache.event_plugin_settings(options) }}"
  vars:
    options: {FilerPool: nas, FilerGroup: ''}
'''

RETURN = r'''
_value:
  description: All settings by name.
  type: dict
'''

from ansible.errors import AnsibleFilterError
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.event_plugin_settings import (
    Problem,
    settings,
)


def event_plugin_settings(roots, options):
    """Return the settings; what the roots contradict is one sentence."""
    try:
        return settings(roots, options)
    except Problem as problem:
        raise AnsibleFilterError('%s.' % problem) from problem


class FilterModule:
    """Ansible's entry."""

    def filters(self):
        """Return the filters by name."""
        return {'event_plugin_settings': event_plugin_settings}

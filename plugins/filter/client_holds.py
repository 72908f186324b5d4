# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
name: client_holds
short_description: Say which packages have to be held so that kernel and client stay paired
version_added: 0.1.0
description:
  - Names what has to be held (apt) or locked (dnf) of what is installed, the meta packages and
    what is bound to a kernel module included, so that other updates go on.
author:
  - renderfarm.file_cache authors (@renderfarm)
options:
  _input:
    description: C(file_cache_client) of module M(renderfarm.file_cache.client_facts).
    type: dict
    required: true
  support:
    description: What filter P(renderfarm.file_cache.client_support#filter) said of the host.
    type: dict
    required: true
  also:
    description: Further names (apt) or entries of the version lock (dnf).
    type: list
    elements: str
    default: []
positional: support, also
seealso:
  - plugin: renderfarm.file_cache.client_support
    plugin_type: filter
'''

EXAMPLES = r'''
- name: Say what would be held
  ansible.builtin.debug:
    msg: "{{ ansible_facts['file_cache_client'] | renderfarm.file_cache.client_holds(support) }}"
'''

RETURN = r'''
_value:
  description: Names for apt, entries as in C(kernel-core-0:5.14.0-427.13.1.el9_4.*) for dnf.
  type: list
  elements: str
'''

from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.client_holds import holds


def client_holds(facts, support, also=()):
    """Return what has to be held."""
    return holds(facts, support, also)


class FilterModule:
    """Ansible's entry."""

    def filters(self):
        """Return the filters by name."""
        return {'client_holds': client_holds}

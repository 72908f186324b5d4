# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
name: client_problem
short_description: Explain why apt or dnf cannot install the Lustre client
version_added: 0.1.0
description:
  - Maps what the package manager says to its cause and what to do, and names the kernels that
    have a client.
author:
  - renderfarm.file_cache authors (@renderfarm)
options:
  _input:
    description: What the package manager said.
    type: str
    required: true
  support:
    description: What filter P(renderfarm.file_cache.client_support#filter) said of the host.
    type: dict
    required: true
  offered:
    description: A listing of the packages that there are.
    type: str
    default: ""
positional: support, offered
seealso:
  - plugin: renderfarm.file_cache.client_support
    plugin_type: filter
'''

EXAMPLES = r'''
- name: Say why
  ansible.builtin.fail:
    msg: "{{ result['msg'] | renderfarm.file_cache.client_problem(support) }}"
  when: result is failed
'''

RETURN = r'''
_value:
  description: Cause, remedy, and what was said.
  type: str
'''

from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.client_problem import explain


def client_problem(said, support, offered=''):
    """Return the explanation."""
    return explain(said, support, offered)


class FilterModule:
    """Ansible's entry."""

    def filters(self):
        """Return the filters by name."""
        return {'client_problem': client_problem}

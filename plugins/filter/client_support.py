# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
name: client_support
short_description: Find the Lustre client for a host in the table, or say why there is none
version_added: 0.1.0
description:
  - Applies the table of the role C(file_cache_client) to the facts of a host. The kernel decides,
    not the release of the distribution, which is ahead of it between an update and a reboot.
  - It only judges. Nothing is asked of the host.
author:
  - renderfarm.file_cache authors (@renderfarm)
options:
  _input:
    description:
      - C(file_cache_client) of module M(renderfarm.file_cache.client_facts).
      - Or only C(os_release), the text of a host's C(/etc/os-release). Then the distribution is
        judged, not the kernel.
    type: dict
    required: true
  platforms:
    description: The rows of the table.
    type: list
    elements: dict
    required: true
  core:
    description: The version of ansible-core that manages the host.
    type: str
    required: true
positional: platforms, core
seealso:
  - plugin: renderfarm.file_cache.client_holds
    plugin_type: filter
'''

EXAMPLES = r'''
- name: Say what the host would get
  ansible.builtin.debug:
    msg: "{{ ansible_facts['file_cache_client']
          | renderfarm.file_cache.client_support(platforms, ansible_version['full']) }}"
'''

RETURN = r'''
_value:
  description:
    - C(refusal), a sentence or none, and the C(row) that it is from. Without a refusal also
      C(kernel), C(client) (its version), C(manager) (apt or dnf), C(suite) or C(repository) (what
      of the URL depends on the kernel), C(packages), C(follow), C(requires), C(holds), and
      C(notes), sentences for people.
  type: dict
'''

from ansible.errors import AnsibleFilterError
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.client_support import support


def client_support(facts, platforms, core):
    """Return what to install, or the refusal."""
    try:
        return support(facts, platforms, core)
    except (AttributeError, KeyError, TypeError) as problem:
        raise AnsibleFilterError(
            'client_support: these are no facts of client_facts, or no rows of the table: %r'
            % problem) from problem


class FilterModule:
    """Ansible's entry."""

    def filters(self):
        """Return the filters by name."""
        return {'client_support': client_support}

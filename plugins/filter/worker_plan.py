# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
name: worker_plan
short_description: Judge the variables of the role file_cache_client for one host
version_added: 0.1.0
description:
  - Says which caches and roots a host has, and what contradicts itself in the role's variables.
  - It is made for the role, which calls it before anything on the host is touched.
author:
  - renderfarm.file_cache authors (@renderfarm)
options:
  _input:
    description:
      - The public variables of the role that concern mounts, roots and services, without their
        prefix.
    type: dict
    required: true
  network_manager:
    description: What brings the network of the host up. Empty while that is not known.
    type: str
    default: ""
  fstab:
    description: The text of the host's C(/etc/fstab). Empty while that is not known.
    type: str
    default: ""
positional: network_manager, fstab
'''

EXAMPLES = r'''
- name: Show which roots a host has
  ansible.builtin.debug:
    msg: "{{ (settings | renderfarm.file_cache.worker_plan)['roots'] }}"
'''

RETURN = r'''
_value:
  description: What follows for the host.
  type: dict
  contains:
    mounts:
      description: Its mounts. Of each the cache, fsname, path, unit, source, options and others.
      type: list
    requires:
      description: Units that the mount options require.
      type: list
    lines:
      description: Our lines in its fstab, as path and unit.
      type: list
    stale:
      description: Those of our lines that nothing asks for.
      type: list
    roots:
      description: Its roots.
      type: list
    left_out:
      description: Names of the roots whose cache it does not mount.
      type: list
    sudo_rules:
      description: Who may call the command as root, as sudoers names them.
      type: list
    config:
      description: Roots and mounts, as C(/etc/file-cache/config.json) takes them.
      type: dict
    problems:
      description: What the variables contradict, in sentences.
      type: list
'''

from ansible.errors import AnsibleFilterError
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.worker_plan import plan


def worker_plan(settings, network_manager='', fstab=''):
    """Return the plan; what is not even of the right shape is an error of the caller."""
    try:
        return plan(settings, network_manager, fstab)
    except (AttributeError, KeyError, TypeError) as problem:
        raise AnsibleFilterError(
            'worker_plan: this is not what the role\'s argument_specs ask for: %r' % problem
        ) from problem


class FilterModule:
    """Ansible's entry."""

    def filters(self):
        """Return the filters by name."""
        return {'worker_plan': worker_plan}

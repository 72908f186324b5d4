# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
name: user_data_add
short_description: Put the marked block of a cache into a fleet's user data
version_added: 0.1.0
description:
  - The script runs before everything that the studio's own document runs by a script or C(runcmd).
    In a shell script it stands right after the first line; a cloud-config or another script becomes
    a part, with its bytes as they are, of a multipart document; a multipart document gets a part
    more, and none of its bytes is written anew.
  - What cloud-init reads before any script (C(bootcmd), C(packages), C(write_files)) still comes
    first.
  - A block that is there is replaced, so a second run changes nothing.
  - PowerShell, compressed, including, templated and unknown documents, and those that do not run as
    they are, are refused with the reason, as is a result that EC2 would not take (16384 bytes).
author:
  - renderfarm.file_cache authors (@renderfarm)
options:
  _input:
    description: The user data, C(none) where a launch specification has none.
    type: str
    required: true
  script:
    description:
      - The script that mounts the caches, as the entry point C(user_data) of the role
        C(renderfarm.file_cache.file_cache_client) renders it.
    type: str
    required: true
  encoded:
    description: Whether the user data is encoded in base64, as fleets and launch templates hold it.
    type: bool
    default: true
positional: script, encoded
'''

EXAMPLES = r'''
- name: Show what a fleet would start with
  ansible.builtin.debug:
    msg: "{{ user_data | renderfarm.file_cache.user_data_add(script) }}"
  vars:
    user_data: "{{ fleet['LaunchSpecifications'][0]['UserData'] }}"
    script: "{{ lookup('ansible.builtin.file', 'user_data.sh') }}"
'''

RETURN = r'''
_value:
  description: The user data, in base64 or plain as it was given. C(none) where there is none.
  type: str
'''

from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.user_data import change


def user_data_add(value, script, encoded=True):
    """Return the user data with the block."""
    return change('add', value, encoded, script)


class FilterModule:
    """Ansible's entry."""

    def filters(self):
        """Return the filters by name."""
        return {'user_data_add': user_data_add}

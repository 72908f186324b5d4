# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
name: user_data_remove
short_description: Take the marked block of a cache out of a fleet's user data
version_added: 0.1.0
description:
  - The result is what C(renderfarm.file_cache.user_data_add) was given, to the byte. A document
    without the block stays as it is.
author:
  - renderfarm.file_cache authors (@renderfarm)
options:
  _input:
    description: The user data, C(none) where a launch specification has none.
    type: str
    required: true
  encoded:
    description: Whether the user data is encoded in base64, as fleets and launch templates hold it.
    type: bool
    default: true
positional: encoded
'''

EXAMPLES = r'''
- name: Show what a fleet would start with
  ansible.builtin.debug:
    msg: "{{ user_data | renderfarm.file_cache.user_data_remove }}"
  vars:
    user_data: "{{ fleet['LaunchSpecifications'][0]['UserData'] }}"
'''

RETURN = r'''
_value:
  description: The user data, in base64 or plain as it was given. C(none) where there is none.
  type: str
'''

from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.user_data import change


def user_data_remove(value, encoded=True):
    """Return the user data without the block."""
    return change('remove', value, encoded)


class FilterModule:
    """Ansible's entry."""

    def filters(self):
        """Return the filters by name."""
        return {'user_data_remove': user_data_remove}

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
name: client_key
short_description: Judge the key of a package repository by its fingerprint
version_added: 0.1.0
description:
  - A file with more than one key, with anything beside it, or with a key that was revoked or has
    expired is refused, whatever fingerprint is wanted.
author:
  - renderfarm.file_cache authors (@renderfarm)
options:
  _input:
    description: The text of the key file.
    type: str
    required: true
  listing:
    description: What C(gpg --with-colons --show-keys) says of it.
    type: str
    required: true
  wanted:
    description: The fingerprint that it has to have. Blanks and small letters do not matter.
    type: str
    default: ""
  trust_first:
    description: Whether any one key will do where no fingerprint is wanted.
    type: bool
    default: false
positional: listing, wanted, trust_first
'''

EXAMPLES = r'''
- name: Show the fingerprint of a key
  ansible.builtin.debug:
    msg: "{{ (text | renderfarm.file_cache.client_key(gpg['stdout']))['fingerprint'] }}"
'''

RETURN = r'''
_value:
  description: The C(fingerprint), and the C(problem) as a sentence or none.
  type: dict
'''

from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.client_key import judge


def client_key(content, listing, wanted='', trust_first=False):
    """Return the fingerprint and the problem."""
    return judge(content, listing, wanted, trust_first)


class FilterModule:
    """Ansible's entry."""

    def filters(self):
        """Return the filters by name."""
        return {'client_key': client_key}

#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: lfs_hsm_info
short_description: Report the HSM states of files of a Lustre cache
version_added: 0.1.0
description:
  - Counts files and bytes by HSM state, names what exists only in the cache, and reports actions
    in progress and space. It changes nothing.
  - A file that a process still has open for writing looks clean until it is closed. RV(clean)
    proves nothing about files that are open anywhere. After all clients have unmounted and one
    has mounted again it does.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.read_only
  - renderfarm.file_cache.attributes.hsm
  - renderfarm.file_cache.selection
seealso:
  - module: renderfarm.file_cache.lfs_hsm
'''

EXAMPLES = r'''
- name: Look at the cache
  renderfarm.file_cache.lfs_hsm_info:
    path: /mnt/cache/nas1
    recurse: true
  register: cache

- name: Stop when something exists only in the cache
  ansible.builtin.assert:
    that: cache.clean
    fail_msg: "{{ cache.unsafe.files }} files are not on the filer: {{ cache.unsafe.paths }}"
'''

RETURN = r'''
msg:
  description: What was found, in a sentence.
  returned: always
  type: str
clean:
  description:
    - Whether every file is clean or released, and everything could be looked at.
  returned: success
  type: bool
states:
  description: Files and bytes by state.
  returned: success
  type: dict
  sample: {clean: {files: 120, bytes: 73400320}, dirty: {files: 2, bytes: 4096}}
unsafe:
  description:
    - What would be lost with the cache, as files in every state but C(clean) and C(released).
  returned: success
  type: dict
  contains:
    files:
      description: Number of files.
      type: int
      returned: success
    bytes:
      description: Their bytes.
      type: int
      returned: success
    paths:
      description: Their names, at most O(max_report). A backslash is C(\\), bytes that cannot be
        shown are C(\xNN).
      type: list
      elements: str
      returned: success
    truncated:
      description: Whether there are more than RV(unsafe.paths) holds.
      type: bool
      returned: success
in_progress:
  description: Number of files that are being archived or restored.
  returned: success
  type: dict
  sample: {archive: 0, restore: 3}
space:
  description: Total and free bytes of each storage target (OST).
  returned: success
  type: list
  elements: dict
  sample: [{ost: 0, total: 1288490188800, free: 824633720832}]
summary:
  description: The whole account of the run, the same as that of C(file-cache state --json).
  returned: always
  type: dict
'''

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm_module import (
    perform,
    selection_spec,
)

SAFE = ('clean', 'released')


def unsafe(summary):
    """What exists only in the cache, as far as the state bits can show."""
    states = summary['states']['before']
    at_risk = [states[name] for name in states if name not in SAFE]
    return dict(
        files=sum(count['files'] for count in at_risk),
        bytes=sum(count['bytes'] for count in at_risk),
        paths=[file['path'] for file in summary['files'] if file['state'] not in SAFE],
        truncated=summary['files_truncated'],
    )


def main():
    module = AnsibleModule(argument_spec=selection_spec(), supports_check_mode=True)
    summary, failed, sentence = perform(module, 'state')
    if failed:
        module.fail_json(msg=sentence, summary=summary)
    at_risk = unsafe(summary)
    module.exit_json(
        msg=sentence, changed=False, summary=summary, states=summary['states']['before'],
        unsafe=at_risk, in_progress=summary['in_progress'], space=summary['space'],
        clean=summary['complete'] and not at_risk['files'],
    )


if __name__ == '__main__':
    main()

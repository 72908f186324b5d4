#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: mount_point
short_description: Keep the folder under a mount of a cache empty
version_added: 0.1.0
description:
  - Makes the folder that a cache is mounted at, and makes it unwritable while nothing is mounted
    there. Else a worker that starts before the mount renders into the local disk, and the mount
    hides the frames.
  - The folder is touched only when the kernel shows nothing mounted at it, and no automount either.
  - It is removed only when it is empty and nothing is mounted at it in any mount namespace.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.worker
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  path:
    description: The folder, absolute.
    type: raw
    required: true
  state:
    description:
      - With V(present) the folder is there and unwritable. It becomes immutable, and where that is
        impossible it gets the mode 0000, with a warning.
      - With V(absent) it is not there.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: renderfarm.file_cache.cache_mount
'''

EXAMPLES = r'''
- name: Prepare the folder
  renderfarm.file_cache.mount_point:
    path: /mnt/cache

- name: Remove it, after the unmount
  renderfarm.file_cache.mount_point:
    path: /mnt/cache
    state: absent
'''

RETURN = r'''
msg:
  description: What was done or is wrong, in a sentence.
  returned: always
  type: str
protection:
  description:
    - How the folder is kept from being written. V(immutable), V(mode) (0000), V(none), or
      V(mounted) when something is mounted there and the folder was left alone.
  returned: success
  type: str
'''

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import folder
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.programs import Programs
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.escape import escape
from ansible_collections.renderfarm.file_cache.plugins.module_utils.parameters import mount_folder

SENTENCES = {
    'immutable': 'The folder %s is immutable while nothing is mounted there.',
    'mode': 'The folder %s has mode 0000 while nothing is mounted there.',
    'mounted': 'Something is mounted at %s, so the folder below was left alone.',
    'none': 'The folder %s can be written while nothing is mounted there.',
}


def main():
    module = AnsibleModule(argument_spec=dict(
        path=dict(type='raw', required=True),
        state=dict(type='str', choices=['present', 'absent'], default='present'),
    ), supports_check_mode=True)
    children = Children()
    try:
        _run(module, Programs(children))
    except Refused as problem:
        module.fail_json(msg=str(problem))
    finally:
        children.close()


def _run(module, programs):
    point = mount_folder(module.params['path'])
    present = module.params['state'] == 'present'
    act = folder.protect if present else folder.remove
    done = act(programs, point, module.check_mode)
    for warning in done.warnings:
        module.warn(warning)
    result = dict(changed=done.changed, protection=done.protection)
    if module._diff:
        result['diff'] = _diff(done, present)
    if not present:
        sentence = 'There is no folder %s.'
    elif module.check_mode and done.changed:
        sentence = 'The folder %s would be made unwritable.'
    else:
        sentence = SENTENCES[done.protection]
    module.exit_json(msg=sentence % escape(point), **result)


def _diff(done, present):
    after = 'unwritable\n' if present else 'absent\n'
    if not done.changed:
        return dict(before=after, after=after)
    return dict(before='writable or absent\n' if present else 'present\n', after=after)


if __name__ == '__main__':
    main()

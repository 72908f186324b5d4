#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: deadline_client_setting
short_description: Set a key of the deadline.ini of a host
version_added: 0.1.0
description:
  - Sets one key that Deadline keeps on the host itself, such as C(Region), and reads it back.
  - A worker reads these keys when it starts. The module says when the one that runs has to be
    restarted. Restarting the launcher alone may leave the worker process with the old value.
  - For C(Region) it also says when the repository does not know the region. Path mappings of that
    region do not hold before a person has defined it in the Monitor.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.deadline
  - renderfarm.file_cache.deadline
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  key:
    description:
      - The key, as C(deadline.ini) has it. The value of one that is called a password or a secret
        is not shown.
    type: str
    required: true
  value:
    description:
      - Its value. Empty takes the value away.
      - A region has only letters, digits, C(-) and C(_), and is not V(all), V(none) or
        V(unrecognized).
    type: str
    required: true
  all_users:
    description: Set it for all users of the host, not only for the one that the module runs as.
    type: bool
    default: false
  worker:
    description:
      - Name of the worker on this host whose region is looked at. Without it, those that are named
        like the host or run on it.
    type: str
seealso:
  - module: renderfarm.file_cache.deadline_path_mapping
  - module: renderfarm.file_cache.deadline_info
'''

EXAMPLES = r'''
- name: Put the worker into the region of the cache
  renderfarm.file_cache.deadline_client_setting:
    key: Region
    value: aws-usw2
    all_users: true
  register: region

- name: Restart the worker, not only its launcher
  ansible.builtin.service:
    name: deadline10launcher
    state: restarted
  when: region.restart_needed
'''

RETURN = r'''
msg:
  description: What was done, and what has to follow, in sentences.
  returned: always
  type: str
value:
  description: The value that the key has now, or would have in check mode.
  returned: success
  type: str
restart_needed:
  description:
    - Whether the worker that runs on this host has to be restarted to know the value. For
      C(Region) that is asked of Deadline, so that it stays true until it has happened. For other
      keys it is true when something was changed.
  returned: success
  type: bool
recognized:
  description:
    - For C(Region), whether the repository knows the region. None when no worker of this host is
      known, when it still shows another region, or when the repository cannot be reached.
  returned: success
  type: bool
worker_region:
  description: For C(Region), the region that the worker shows. None where there is no worker.
  returned: success
  type: str
'''

import os
import re

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils import deadline_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import region
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
)

UNKNOWN = 'It was not seen whether the repository knows the region.'
NO_WORKER = UNKNOWN + ' Deadline knows no worker of this host.'


def main():
    module = AnsibleModule(argument_spec=dict(
        deadline_module.connection_spec(),
        key=dict(type='str', required=True, no_log=False),
        value=dict(type='str', required=True),
        all_users=dict(type='bool', default=False),
        worker=dict(type='str'),
    ), supports_check_mode=True)
    deadline_module.run(module, lambda deadline: _run(module, deadline))


def _run(module, deadline):
    key, value = module.params['key'], module.params['value']
    is_secret = bool(re.search('password|passphrase|secret', key, re.I))
    if is_secret and value:
        module.no_log_values.add(value)
    if not re.match(r'[A-Za-z][A-Za-z0-9_]*\Z', key):
        raise DeadlineError('"%s" is no key of deadline.ini.' % key)
    if re.search(r'[\0-\x1f\x7f]', value):
        raise DeadlineError('The value of %s is one line without control characters.' % key)
    is_region = key.lower() == 'region'
    if is_region:
        region.check(value)
    same = region.same if is_region else str.__eq__
    before = deadline.client_setting(key)
    if is_secret and before:
        module.no_log_values.add(before)
    changed = not same(before, value)
    if changed and not module.check_mode:
        deadline.set_client_setting(key, value, module.params['all_users'])
        _verify(deadline, key, value, same)
    result = dict(changed=changed, value=value if changed else before, restart_needed=changed,
                  recognized=None, worker_region=None)
    sentences = ['%s %s "%s".' % (key, _verb(changed, module.check_mode), value)]
    if is_region:
        sentences += _look_at_workers(module, deadline, value, result)
    if result['restart_needed']:
        sentences.append('Restart the worker itself, not only its launcher, so that it knows.')
    if module._diff:
        result['diff'] = dict(before='%s=%s\n' % (key, before),
                              after='%s=%s\n' % (key, result['value']))
    module.exit_json(msg=' '.join(sentences), **result)


def _verb(changed, check_mode):
    if not changed:
        return 'is'
    return 'would become' if check_mode else 'is now'


def _verify(deadline, key, value, same):
    now = deadline.client_setting(key)
    if not same(now, value):
        raise DeadlineError(
            '%s was set to "%s" and reads "%s". Another deadline.ini of this host (of the user, '
            'or of all users: see all_users) has a value of its own; correct or remove it there.'
            % (key, value, now))


def _look_at_workers(module, deadline, value, result):
    """What the workers of this host make of its region (field-reports D19)."""
    wanted = module.params['worker']
    host = os.uname()[1].split('.')[0].lower()
    try:
        workers = deadline.workers()
    except DeadlineError as problem:
        # An image is made where no repository is, and its deadline.ini is right all the same.
        return ['%s %s' % (UNKNOWN, problem)]
    shown = [worker['region'] for worker in workers
             if (worker['name'].lower() == wanted.lower() if wanted
                 else host in (worker['name'].lower(), worker['host'].split('.')[0].lower()))]
    if not shown:
        result['restart_needed'] = False
        return [NO_WORKER]
    result['worker_region'] = shown[0]
    stale = [name for name in shown if not region.same(name, value)]
    if not stale:
        result['recognized'] = True
    elif not result['changed'] and value and not region.recognised(stale[0]):
        result['recognized'] = False
        sentence = region.what_to_define(value)
        module.warn(sentence)
        return [sentence]
    result['restart_needed'] = bool(stale)
    return []


if __name__ == '__main__':
    main()

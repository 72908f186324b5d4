#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: deadline_worker
short_description: Enable or disable workers of Deadline
version_added: 0.1.0
description:
  - Lets workers take tasks, or has them take no more. A disabled worker ends the task that it has.
  - With O(wait=true) the module returns when the workers have no task any more, and names the ones
    that are left when the time is up.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.deadline
  - renderfarm.file_cache.deadline
attributes:
  check_mode:
    support: full
    details:
      - In check mode nothing is waited for.
  diff_mode:
    support: full
options:
  name:
    description:
      - Names of the workers. Case says nothing. An unknown name fails before anything is changed.
    type: list
    elements: str
    required: true
  state:
    description: Whether the workers take tasks.
    type: str
    choices: [enabled, disabled]
    required: true
  wait:
    description: Wait until the workers have no task. Only with O(state=disabled).
    type: bool
    default: false
  wait_timeout:
    description: Wait at most so many seconds. V(0) looks once.
    type: int
    default: 3600
  delay:
    description: Seconds between two looks.
    type: int
    default: 10
seealso:
  - module: renderfarm.file_cache.deadline_info
'''

EXAMPLES = r'''
- name: Let the cloud workers end their tasks and take no more
  renderfarm.file_cache.deadline_worker:
    name: "{{ farm.workers | selectattr('region', 'eq', 'aws-usw2') | map(attribute='name') }}"
    state: disabled
    wait: true
    wait_timeout: 7200

- name: Let them work again
  renderfarm.file_cache.deadline_worker:
    name: [ip-10-0-0-7, ip-10-0-0-8]
    state: enabled
'''

RETURN = r'''
msg:
  description: What was done, and which tasks are left, in sentences.
  returned: always
  type: str
workers:
  description: The workers that were, or would be, changed.
  returned: when Deadline could be asked
  type: list
  elements: str
running:
  description: With O(state=disabled), the tasks that the workers have now.
  returned: when Deadline could be asked
  type: list
  elements: dict
  sample:
    - {worker: ip-10-0-0-7, state: Rendering, job_id: 5f0c2d9b8e6a4c1d2b3a4f5e, job: sh010 beauty,
       task: '3', frames: 1004-1004}
stalled:
  description:
    - Those of RV(running) whose worker Deadline has lost sight of. They are not waited for, and
      whether they still write nobody here can tell.
  returned: when Deadline could be asked
  type: list
  elements: dict
'''

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils import deadline_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import busy
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
)


def main():
    module = AnsibleModule(argument_spec=dict(
        deadline_module.connection_spec(),
        name=dict(type='list', elements='str', required=True),
        state=dict(type='str', choices=['enabled', 'disabled'], required=True),
        wait=dict(type='bool', default=False),
        wait_timeout=dict(type='int', default=3600),
        delay=dict(type='int', default=10),
    ), supports_check_mode=True)
    deadline_module.run(module, lambda deadline: _run(module, deadline))


def _run(module, deadline):
    params = module.params
    enabled = params['state'] == 'enabled'
    if params['wait'] and enabled:
        raise DeadlineError('wait is for state disabled: an enabled worker is never done.')
    if params['wait_timeout'] < 0 or params['delay'] < 1:
        raise DeadlineError('wait_timeout is 0 or more seconds, delay at least 1.')
    workers = _chosen(deadline, params['name'])
    to_change = [worker for worker in workers if worker['enabled'] != enabled]
    if not module.check_mode:
        _set(deadline, to_change, enabled)
    result = dict(changed=bool(to_change), workers=[worker['name'] for worker in to_change],
                  running=[], stalled=[])
    if module._diff:
        result['diff'] = dict(before=_lines(workers), after=_lines(
            [dict(worker, enabled=enabled) for worker in workers]))
    sentence = _sentence(workers, to_change, params['state'], module.check_mode)
    if not enabled:
        names = [worker['name'] for worker in workers]
        waits = params['wait'] and not module.check_mode
        left = busy.wait(deadline, names, params['wait_timeout'], params['delay']) \
            if waits else busy.running(deadline, names)
        result.update(running=left, stalled=busy.lost(left))
        if left:
            sentence += ' Still running: %s.' % '; '.join(busy.words(task) for task in left)
        if waits and left:
            module.fail_json(msg=sentence + _advice(left, params['wait_timeout']), **result)
    module.exit_json(msg=sentence, **result)


def _chosen(deadline, names):
    known = {worker['name'].lower(): worker for worker in deadline.workers()}
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        raise DeadlineError('Deadline knows no worker %s. Nothing was changed. The module '
                            'deadline_info lists those that it knows.' % ', '.join(unknown))
    chosen = {name.lower() for name in names}
    return [known[name] for name in sorted(chosen)]


def _set(deadline, workers, enabled):
    for worker in workers:
        deadline.set_worker(worker['name'], enabled)
    if not workers:
        return
    names = {worker['name'] for worker in workers}
    wrong = [worker['name'] for worker in deadline.workers()
             if worker['name'] in names and worker['enabled'] != enabled]
    if wrong:
        raise DeadlineError(
            'Worker %s was set and reads as before. See that the user of deadlinecommand may '
            'change workers (user groups in the Monitor).' % ', '.join(sorted(wrong)))


def _sentence(workers, changed, state, check_mode):
    if not changed:
        return '%d workers are %s.' % (len(workers), state)
    return '%s: %s %s.' % (', '.join(worker['name'] for worker in changed),
                           'would be' if check_mode else 'now', state)


def _advice(left, timeout):
    if len(busy.lost(left)) == len(left):
        return (' Deadline has lost sight of these workers. See on the hosts whether they still '
                'write, and mark the workers as offline in the Monitor.')
    return (' They did not end within %d seconds. Wait longer, or requeue them in the Monitor, and '
            'run this again.' % timeout)


def _lines(workers):
    return ''.join('%s: %s\n' % (worker['name'], 'enabled' if worker['enabled'] else 'disabled')
                   for worker in workers)


if __name__ == '__main__':
    main()

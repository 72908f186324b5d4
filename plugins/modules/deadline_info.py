#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: deadline_info
short_description: Report what a Deadline farm has to do with a cache
version_added: 0.1.0
description:
  - Reports workers, the jobs that name files below the roots of a cache and whether they run the
    write-back script after their tasks, open helper jobs, the event plugin and path mappings. It
    changes nothing.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.read_only
  - renderfarm.file_cache.attributes.deadline
  - renderfarm.file_cache.deadline
options:
  gather:
    description:
      - What to ask for. Without it, all that the O(transport) can tell.
    type: list
    elements: str
    choices: [version, workers, pools, jobs, plugin, mappings]
  roots:
    description:
      - The roots, as in the variable C(file_cache_roots). Of each, C(name), C(path) and
        C(submitted_as) are looked at.
    type: list
    elements: dict
    default: []
  job_states:
    description: Jobs in which states are looked at.
    type: list
    elements: str
    choices: [Active, Pending, Suspended, Failed, Completed]
    default: [Active, Pending, Suspended, Failed]
  plugin:
    description: Name of the event plugin.
    type: str
    default: FileCacheHandler
  script:
    description: File name of the write-back script, whatever folder a job names it in.
    type: str
    default: FileCacheWriteBack.py
seealso:
  - module: renderfarm.file_cache.deadline_worker
  - module: renderfarm.file_cache.deadline_event_plugin
'''

EXAMPLES = r'''
- name: Look at the farm
  renderfarm.file_cache.deadline_info:
    roots: "{{ file_cache_roots }}"
  register: farm

- name: Name the jobs whose frames nobody writes back
  ansible.builtin.debug:
    msg: "{{ farm.jobs | rejectattr('with_script') | map(attribute='name') }}"
'''

RETURN = r'''
msg:
  description: What was found, in a sentence.
  returned: always
  type: str
version:
  description: Version of Deadline. None where it was not asked for.
  returned: success
  type: str
workers:
  description: The workers. None where they were not asked for.
  returned: success
  type: list
  elements: dict
  sample:
    - {name: ip-10-0-0-7, host: ip-10-0-0-7, address: 10.0.0.7, os: Linux, version: v10.3.2.1,
       state: Rendering, region: aws-usw2, enabled: true, pools: [cloud], groups: [cloud_linux],
       job_id: 5f0c2d9b8e6a4c1d2b3a4f5e, job: sh010 beauty, tasks: ['3']}
pools:
  description: Names of the pools. None where they were not asked for.
  returned: success
  type: list
  elements: str
groups:
  description: Names of the groups. None where pools were not asked for.
  returned: success
  type: list
  elements: str
jobs:
  description:
    - The jobs that name a path below a root or run the write-back script. None where they were not
      asked for.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Its id.
      type: str
      returned: success
    name:
      description: Its name.
      type: str
      returned: success
    status:
      description: Its state.
      type: str
      returned: success
    roots:
      description: Names of the roots, of which the job may have been submitted for others.
      type: list
      elements: str
      returned: success
    with_script:
      description: Whether it runs the write-back script after each task.
      type: bool
      returned: success
    post_task_script:
      description: The script that it runs after each task, empty for none.
      type: str
      returned: success
    user_post_task_script:
      description: The user's own script that the write-back script runs, empty for none.
      type: str
      returned: success
helpers:
  description:
    - The jobs that the event plugin made and that are not completed, with their root and step. None
      where jobs were not asked for.
  returned: success
  type: list
  elements: dict
plugin:
  description:
    - The event plugin. None where it was not asked for.
  returned: success
  type: dict
  contains:
    known:
      description: Whether Deadline knows it.
      type: bool
      returned: success
    state:
      description: V(Global Enabled), V(Opt-In) or V(Disabled).
      type: str
      returned: success
    enabled:
      description:
        - Whether its record is marked as enabled, None where Deadline does not tell. Whether that
          counts beside RV(plugin.state) is not documented.
      type: bool
      returned: success
    settings:
      description: Its settings, with the defaults of the C(.param) file for what was never stored.
      type: dict
      returned: success
    folder:
      description: Where its files are.
      type: str
      returned: success
mappings:
  description:
    - The path mappings that hold on this host and in its region, in their order. None where they
      were not asked for.
  returned: success
  type: list
  elements: dict
  sample: [{from: 'Z:\assets\', to: /mnt/cache/nas1/assets/}]
not_told:
  description: What the transport cannot tell, and what can, in sentences.
  returned: success
  type: list
  elements: str
'''

import ntpath

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils import deadline_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import param, roots
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.configured import (
    HIDDEN,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    Unsupported,
)

PARTS = ('version', 'workers', 'pools', 'jobs', 'plugin', 'mappings')
STATES = ('Active', 'Pending', 'Suspended', 'Failed', 'Completed')
OF_A_JOB = ('id', 'name', 'status', 'user', 'batch', 'plugin', 'pool', 'secondary_pool', 'group',
            'post_task_script', 'user_post_task_script')


def main():
    module = AnsibleModule(argument_spec=dict(
        deadline_module.connection_spec(),
        gather=dict(type='list', elements='str', choices=list(PARTS)),
        roots=dict(type='list', elements='dict', default=[]),
        job_states=dict(type='list', elements='str', choices=list(STATES),
                        default=list(STATES[:4])),
        plugin=dict(type='str', default='FileCacheHandler'),
        script=dict(type='str', default='FileCacheWriteBack.py'),
    ), supports_check_mode=True)
    deadline_module.run(module, lambda deadline: _run(module, deadline))


def _run(module, deadline):
    params = module.params
    found = dict(version=None, workers=None, pools=None, groups=None, jobs=None, helpers=None,
                 plugin=None, mappings=None, not_told=[])
    for part in params['gather'] or PARTS:
        try:
            found.update(ASK[part](deadline, params))
        except Unsupported as problem:
            # What was asked for by name has to be told; of all, what can be.
            if params['gather']:
                raise
            found['not_told'].append(str(problem))
    module.exit_json(changed=False, msg=_sentence(found), **found)


def _version(deadline, _params):
    return dict(version=deadline.version())


def _workers(deadline, _params):
    return dict(workers=deadline.workers())


def _pools(deadline, _params):
    return dict(pools=deadline.pools(), groups=deadline.groups())


def _jobs(deadline, params):
    known = roots.parse(params['roots'])
    jobs, helpers = [], []
    for job in deadline.jobs(params['job_states']):
        shown = {key: job[key] for key in OF_A_JOB}
        if job['helper']:
            if job['status'] != 'Completed':
                helpers.append(dict(shown, root=job['helper_root'], step=job['helper_step']))
            continue
        names = sorted({name for path in job['paths'] for name in roots.of_path(path, known)})
        with_script = ntpath.basename(job['post_task_script']) == params['script']
        if names or with_script:
            jobs.append(dict(shown, roots=names, with_script=with_script))
    return dict(jobs=jobs, helpers=helpers)


def _plugin(deadline, params):
    found = deadline.event_plugin(params['plugin'], ['State'])
    declared = param.parse(found['param'] or '')
    settings = {}
    for key, value in found['settings'].items():
        if value is None and key in declared:
            value = declared[key].default
        hidden = key in declared and declared[key].type == 'password' and value
        settings[key] = HIDDEN if hidden else value
    return dict(plugin=dict(
        known=found['known'], folder=found['folder'], settings=settings,
        state=settings.get('State') or 'Disabled', enabled=found['enabled']))


def _mappings(deadline, _params):
    return dict(mappings=[{'from': source, 'to': target}
                          for source, target in deadline.path_mappings()['rules']])


ASK = dict(version=_version, workers=_workers, pools=_pools, jobs=_jobs, plugin=_plugin,
           mappings=_mappings)


def _sentence(found):
    parts = []
    if found['version']:
        parts.append('Deadline %s' % found['version'])
    if found['workers'] is not None:
        parts.append('%d workers' % len(found['workers']))
    if found['jobs'] is not None:
        below = [job for job in found['jobs'] if job['roots']]
        without = len([job for job in below if not job['with_script']])
        parts.append('%d jobs below the roots, %d of them without the write-back script, %d open '
                     'helper jobs' % (len(below), without, len(found['helpers'])))
    if found['plugin'] is not None:
        parts.append('event plugin: %s' % (found['plugin']['state'] if found['plugin']['known']
                                           else 'not there'))
    return '; '.join(parts) + '.' if parts else 'Nothing was asked for that can be told.'


if __name__ == '__main__':
    main()

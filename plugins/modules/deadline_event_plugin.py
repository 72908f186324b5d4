#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: deadline_event_plugin
short_description: Configure an event plugin of Deadline
version_added: 0.1.0
description:
  - Sets the state and settings of an event plugin in Deadline's database, which is where they are
    kept; the files of the plugin alone never turn it on. What was written is read back.
  - Settings that are not given keep their values.
  - With O(transport=rcs) nothing can be read. The server replaces all that is stored of the plugin,
    so O(param_file) is needed to know all of it, what is not given gets the default of that file,
    every run reports a change, and what the plugin keeps for itself between events is lost.
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
  name:
    description: Name of the plugin, which is that of its folder below C(custom/events).
    type: str
    default: FileCacheHandler
  state:
    description:
      - With V(enabled) all jobs trigger the plugin, with V(opt_in) only those that name it, with
        V(disabled) none. Without it the state is left alone.
    type: str
    choices: [enabled, opt_in, disabled]
  settings:
    description:
      - Settings by the names of the sections of the C(.param) file. A value is a text, a number, a
        boolean, or a list of texts, which are joined by C(;).
      - A name that the C(.param) file does not have, or a value that cannot stand there, is
        refused before anything is written.
    type: dict
    default: {}
  param_file:
    description:
      - The C(.param) file on the managed host. With O(transport=deadlinecommand) it is found by
        Deadline itself and this is not needed.
    type: path
notes:
  - It is not documented whether the call that sets a value also creates the record of a plugin that
    nobody ever configured, and turns the plugin on in it. The module reads back and says when it
    does not. When O(rcs_url) is given, the Remote Connection Server stores the whole record then,
    and also when a plugin is turned on and the record does not tell whether it is.
  - Values of settings that the C(.param) file declares as passwords are not shown. Use C(no_log) on
    the task all the same, since a task that fails before that file is read shows its parameters.
seealso:
  - module: renderfarm.file_cache.deadline_info
'''

EXAMPLES = r'''
- name: Turn the plugin on
  renderfarm.file_cache.deadline_event_plugin:
    state: enabled
    settings:
      Paths: ['assets=Z:\assets\', 'assets=/mnt/nfs/assets']
      CacheEviction: true
      Shards: 4

- name: Turn it off
  renderfarm.file_cache.deadline_event_plugin:
    state: disabled
'''

RETURN = r'''
msg:
  description: What was done or is wrong, in sentences.
  returned: always
  type: str
settings:
  description:
    - All settings as they are stored now, or would be in check mode. Null for one that was never
      stored, which then has the default of the C(.param) file. Passwords are left out.
  returned: success
  type: dict
changes:
  description: Names of the settings that were, or would be, changed.
  returned: success
  type: list
  elements: str
verified:
  description:
    - Whether what is stored was read and is as wanted. False with O(transport=rcs), and in check
      mode when something would be changed.
  returned: success
  type: bool
'''

import io

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils import deadline_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.configured import (
    configured,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
)

STATES = {'enabled': 'Global Enabled', 'opt_in': 'Opt-In', 'disabled': 'Disabled'}


def main():
    module = AnsibleModule(argument_spec=dict(
        deadline_module.connection_spec(),
        name=dict(type='str', default='FileCacheHandler'),
        state=dict(type='str', choices=list(STATES)),
        settings=dict(type='dict', default={}),
        param_file=dict(type='path'),
    ), supports_check_mode=True)
    deadline_module.run(module, lambda deadline: _run(module, deadline))


def _run(module, deadline):
    wanted = dict(module.params['settings'])
    if module.params['state']:
        if 'State' in wanted:
            raise DeadlineError('State is given twice: as state and in settings.')
        wanted['State'] = STATES[module.params['state']]
    plugin = configured(
        deadline, module.params['name'], wanted, _param_text(module.params['param_file']),
        deadline_module.connection_server(module.params))
    module.no_log_values.update(plugin.secrets())
    changes = sorted(plugin.changes)
    if changes and not module.check_mode:
        plugin.write()
    for warning in plugin.warnings:
        module.warn(warning)
    before, after = plugin.shown(plugin.before), plugin.shown(plugin.after)
    result = dict(changed=bool(changes), changes=changes, settings=after,
                  verified=plugin.verified or not changes)
    if module._diff:
        result['diff'] = dict(before=_lines(before), after=_lines(after))
    module.exit_json(msg=_sentence(module, changes), **result)


def _param_text(path):
    if path is None:
        return None
    try:
        with io.open(path, encoding='utf-8-sig', errors='replace') as file:
            return file.read()
    except (IOError, OSError) as error:
        raise DeadlineError('param_file %s cannot be read: %s.' % (path, error.strerror))


def _lines(settings):
    return ''.join('%s=%s\n' % (key, settings[key]) for key in sorted(settings)
                   if settings[key] is not None)


def _sentence(module, changes):
    name = module.params['name']
    if not changes:
        return '%s is configured as wanted.' % name
    return '%s: %s %s.' % (name, ', '.join(changes), 'would be set' if module.check_mode
                           else 'set')


if __name__ == '__main__':
    main()

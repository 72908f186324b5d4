#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: deadline_spot_fleet
short_description: Put the mount of a cache into the fleets of Deadline's Spot event plugin
version_added: 0.1.0
description:
  - Puts the script that mounts the caches into the user data of the fleets that the Spot event
    plugin starts, or takes it out. The block in a document is that of the filter
    P(renderfarm.file_cache.user_data_add#filter).
  - Deadline gives no fleet configuration back, so the studio's own JSON is the source. Without
    O(push) the module only renders the merged JSON and the merged user data, and changes nothing.
  - User data in launch templates belongs to EC2. For those given in O(launch_templates) the module
    returns the user data of the next version. Make that version with
    M(amazon.aws.ec2_launch_template).
  - What RFDK made is refused, since its next deployment would undo the change.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.deadline
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.deadline
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Shows the documents of user data as plain text, and the versions that groups name.
  idempotent:
    support: full
    description: A second push of the same configuration changes nothing.
options:
  config:
    description:
      - The fleet configuration of the Spot event plugin, as JSON text or as a mapping. The shape
        for one AWS region and the shape for several are known. Other keys are kept, in their order.
    type: raw
    required: true
  state:
    description:
      - Whether the block is in the user data.
    type: str
    choices: [present, absent]
    default: present
  script:
    description:
      - The script that mounts the caches. The entry point C(user_data) of the role
        C(renderfarm.file_cache.file_cache_client) renders it. Needed with O(state=present).
    type: str
  groups:
    description:
      - The Deadline groups whose fleets are changed. Without it all of them are.
    type: list
    elements: str
  launch_templates:
    description:
      - The launch templates that the fleets name, as read from EC2.
    type: list
    elements: dict
    default: []
    suboptions:
      id:
        description:
          - The template's id. O(launch_templates[].id) or O(launch_templates[].name) is needed.
        type: str
      name:
        description:
          - The template's name.
        type: str
      version:
        description:
          - The number of the version that the user data is of. A group that names a number gets
            this one once its user data needs no change.
        type: int
      user_data:
        description:
          - The user data of that version in base64. Leave it out where the version has none.
        type: str
      tag_specifications:
        description:
          - The C(TagSpecifications) of the version, as EC2 has them, by which RFDK's are known.
        type: list
        elements: dict
        default: []
  push:
    description:
      - Whether the merged configuration is stored in Deadline. It replaces what is there.
    type: bool
    default: false
  state_file:
    description:
      - A file on the managed host that keeps the hash of what was pushed, and Deadline's token of
        it. Needed with O(push=true).
    type: path
seealso:
  - plugin: renderfarm.file_cache.user_data_add
    plugin_type: filter
  - plugin: renderfarm.file_cache.user_data_remove
    plugin_type: filter
  - module: amazon.aws.ec2_launch_template
'''

EXAMPLES = r'''
- name: Show what the fleets would start with
  renderfarm.file_cache.deadline_spot_fleet:
    config: "{{ lookup('ansible.builtin.file', 'spot.json') }}"
    script: "{{ lookup('ansible.builtin.file', 'user_data.sh') }}"
  register: fleets

- name: Put the mount into the Linux fleets, by the Remote Connection Server
  renderfarm.file_cache.deadline_spot_fleet:
    config: "{{ lookup('ansible.builtin.file', 'spot.json') }}"
    script: "{{ lookup('ansible.builtin.file', 'user_data.sh') }}"
    groups: [cloud_linux]
    push: true
    state_file: /var/lib/file-cache-state/spot.json
    transport: rcs
    rcs_url: https://rcs.studio:4433
    rcs_client_cert: /etc/pki/rcs-client.pem
    rcs_ca_path: /etc/pki/rcs-ca.pem
'''

RETURN = r'''
config:
  description: The merged configuration.
  returned: success
  type: dict
config_text:
  description: The same as one text, as Deadline stores it.
  returned: success
  type: str
differs:
  description: Whether anything in it, or in a launch template, is other than what was given.
  returned: success
  type: bool
documents:
  description: Every document of user data, with its size in bytes as EC2 counts it.
  returned: success
  type: list
  elements: dict
  sample: [{"document": "group \"cloud_linux\", launch specification 1", "before": 812, "after":
    2310}]
launch_templates:
  description: The launch templates that need a new version, with the C(user_data) of that version.
  returned: success
  type: list
  elements: dict
groups:
  description: For each group, what has to follow before its instances start with the change.
  returned: success
  type: list
  elements: dict
  sample: [{"group": "cloud_linux", "region": "", "must_follow": []}]
'''

import base64
import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils import deadline_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet import (
    configuration,
    following,
    memory,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet.merge import (
    Templates,
    merge,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet.refusal import (
    Refusal,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.user_data import encoding

# Where Deadline keeps it (deadline 161).
SERVER_DATA = 'event.plugin.spot'
KEY = 'Config'


def chosen(groups, names):
    """Return the groups of these names, all of them for None."""
    if names is None:
        return groups
    unknown = sorted(set(names) - {group.name for group in groups})
    if unknown:
        raise Refusal('config has no group "%s". It has: %s.' % (
            unknown[0], ', '.join(sorted({group.name for group in groups}))))
    return [group for group in groups if group.name in names]


def render(params):
    """Return the result of a run that pushes nothing, and the diff."""
    config = configuration.parse(params['config'])
    given = configuration.text_of(config)
    groups = chosen(configuration.groups_of(config), params['groups'])
    templates = Templates(params['launch_templates'])
    documents = merge(groups, templates,
                      params['script'] if params['state'] == 'present' else None)
    follow = [{'group': group.name, 'region': group.region,
               'must_follow': following.settle(group, templates, documents)} for group in groups]
    changed = [document for document in documents if document.before != document.after]
    text = configuration.text_of(config)
    return dict(
        config=config,
        config_text=text,
        differs=bool(changed) or text != given,
        documents=[{'document': document.owner, 'before': encoding.size(document.before),
                    'after': encoding.size(document.after)} for document in documents],
        launch_templates=[
            {'id': document.place['id'], 'name': document.place['name'],
             'user_data': document.after}
            for document in changed if isinstance(document.place, dict)],
        groups=follow,
        diff=[{'before_header': document.owner, 'after_header': document.owner,
               'before': plain(document.before), 'after': plain(document.after)}
              for document in changed],
    )


def plain(user_data):
    """Return user data as text that a person reads."""
    return base64.b64decode(user_data or '').decode('utf-8', 'replace')


def push(module, transport, text):
    """Store the text in Deadline, unless it is known to be there. Return whether it was not."""
    path = module.params['state_file']
    remembered = memory.Memory(read(path))
    token = transport.server_data_token(SERVER_DATA)
    if remembered.holds(text, token):
        return False
    warning = remembered.warning(token)
    if warning:
        module.warn(warning)
    if not module.check_mode:
        transport.put_server_data(SERVER_DATA, {KEY: text}, token)
        keep(module, path, memory.text_after(text, transport.server_data_token(SERVER_DATA)))
    return True


def read(path):
    """Return the text of a file, None when there is none."""
    try:
        with open(path, encoding='utf-8') as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise Refusal('state_file cannot be read: %s.' % problem)


def keep(module, path, text):
    """Write a file in one step."""
    new = os.path.join(module.tmpdir, 'spot-fleet')
    with open(new, 'w', encoding='utf-8') as file:
        file.write(text)
    module.atomic_move(new, path)


def main():
    module = AnsibleModule(
        argument_spec=dict(
            deadline_module.connection_spec(),
            config=dict(type='raw', required=True),
            state=dict(type='str', choices=['present', 'absent'], default='present'),
            script=dict(type='str'),
            groups=dict(type='list', elements='str'),
            launch_templates=dict(
                type='list', elements='dict', default=[], required_one_of=[('id', 'name')],
                options=dict(
                    id=dict(type='str'),
                    name=dict(type='str'),
                    version=dict(type='int'),
                    user_data=dict(type='str'),
                    tag_specifications=dict(type='list', elements='dict', default=[]),
                )),
            push=dict(type='bool', default=False),
            state_file=dict(type='path'),
        ),
        required_if=[('state', 'present', ['script']), ('push', True, ['state_file'])],
        supports_check_mode=True,
    )
    try:
        result = dict(render(module.params), changed=False)

        def work(transport):
            result['changed'] = push(module, transport, result['config_text'])
        if module.params['push']:
            deadline_module.run(module, work)
    except Refusal as refusal:
        module.fail_json(msg=str(refusal))
    module.exit_json(**result)


if __name__ == '__main__':
    main()

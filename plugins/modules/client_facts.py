#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: client_facts
short_description: Report what decides about the Lustre client of a host
version_added: 0.1.0
description:
  - Reports distribution, kernels, which of them has a Lustre client module, which of them boots
    next, the packages of kernel and client, and what is held or locked.
  - It looks at no mount and asks for no file system, so it neither hangs on a dead cache nor
    mounts one, as gathering of facts may.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.read_only
  - renderfarm.file_cache.attributes.worker
options:
  kernel:
    description:
      - The kernel that a client is wanted for, as C(uname -r) prints it. Empty is the running one.
    type: str
    default: ''
requirements:
  - Python 3.6 or newer on the managed host
'''

EXAMPLES = r'''
- name: Look at the host
  renderfarm.file_cache.client_facts:

- name: Stop before a reboot into a kernel without a client
  ansible.builtin.assert:
    that: ansible_facts['file_cache_client']['kernel']['next_ready'] is not false
'''

RETURN = r'''
ansible_facts:
  description: Facts of the host.
  returned: always
  type: dict
  contains:
    file_cache_client:
      description: What was found.
      returned: always
      type: dict
      contains:
        os:
          description: Distribution, from os-release.
          type: dict
          returned: always
          sample: {id: rocky, version: '9.4', like: [rhel, centos, fedora], name: Rocky Linux 9.4}
        arch:
          description: Machine, as C(uname -m) prints it.
          type: str
          returned: always
        page_size:
          description: Bytes of a memory page.
          type: int
          returned: always
        cpus:
          description: Number of processors online.
          type: int
          returned: always
        memory_bytes:
          description: Memory of the host.
          type: int
          returned: always
        init:
          description: C(systemd), or the name of the first process.
          type: str
          returned: always
        network_manager:
          description: Which one is active, C(NetworkManager), C(systemd-networkd), C(networking)
            or C(network). None where none is.
          type: str
          returned: always
        kernel:
          description: The kernels of the host.
          type: dict
          returned: always
          contains:
            running:
              description: The one that runs.
              type: str
              returned: always
            wanted:
              description: The one of O(kernel).
              type: str
              returned: always
            ready:
              description: Whether there is a client module for the wanted kernel. None where
                C(modinfo) is missing.
              type: bool
              returned: always
            next:
              description: The one that boots next. None where nothing tells.
              type: str
              returned: always
            next_from:
              description: What told, C(grubby), C(grub) (its menu) or C(newest) (of the images in
                /boot).
              type: str
              returned: always
            next_ready:
              description: Whether there is a client module for the kernel that boots next. None
                where that is not known.
              type: bool
              returned: always
            installed:
              description: Each kernel with modules, and the wanted one.
              type: list
              elements: dict
              returned: always
              sample:
                - release: 5.14.0-427.13.1.el9_4.x86_64
                  has_module: true
                  module: /lib/modules/5.14.0-427.13.1.el9_4.x86_64/extra/lustre-client/fs/lustre.ko
                  version: 2.15.6
        client:
          description: The packages of client and kernel.
          type: dict
          returned: always
          contains:
            version:
              description: Version of the module for the wanted kernel. None without one.
              type: str
              returned: always
            packages:
              description: Those that are installed.
              type: list
              elements: dict
              returned: always
              sample:
                - {name: lustre-client, version: '0:2.15.6-1.fsx30.el9', arch: x86_64}
            held:
              description: Packages on hold (apt), entries of the version lock (dnf).
              type: list
              elements: str
              returned: always
            bound:
              description: With rpm, packages of kernel modules and what requires them.
              type: list
              elements: str
              returned: always
        eus:
          description: Enabled repositories of Extended Update Support and its kin.
          type: list
          elements: str
          returned: always
        nids:
          description: Addresses that LNet speaks with. Empty while it is not up.
          type: list
          elements: str
          returned: always
          sample: [10.0.0.7@tcp]
        record:
          description: What the role file_cache_client did here and has to undo.
          type: dict
          returned: always
'''

import json
import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils.client import (
    kernels,
    machine,
    packages,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.client.system import System

RECORD = '/var/lib/file-cache/client.json'


def facts(system, kernel):
    """Return the facts of a host; kernel: the wanted one, empty for the one that runs."""
    running = os.uname()[2]
    wanted = kernel or running
    installed = kernels.installed(system, wanted)
    has_module = {found['release']: found['has_module'] for found in installed}
    boots, source = kernels.next_to_boot(system)
    version, = [found['version'] for found in installed if found['release'] == wanted]
    return dict(
        machine.size(),
        os=machine.distribution(system.read('/etc/os-release')),
        memory_bytes=machine.memory_bytes(system),
        init=machine.init(system),
        network_manager=machine.network_manager(system),
        kernel={
            'running': running,
            'wanted': wanted,
            'ready': has_module[wanted],
            'next': boots,
            'next_from': source,
            'next_ready': has_module.get(boots, False) if boots else None,
            'installed': installed,
        },
        client=dict(packages.client(system), version=version),
        eus=machine.extended_repositories(system),
        nids=machine.nids(system),
        record=record(system.read(RECORD)),
    )


def record(text):
    """Return what the role noted; nothing is known of a file that was spoilt."""
    try:
        noted = json.loads(text)
    except ValueError:
        return {}
    return noted if isinstance(noted, dict) else {}


def main():
    module = AnsibleModule(
        argument_spec=dict(kernel=dict(type='str', default='')),
        supports_check_mode=True,
    )

    def run(argv):
        program = module.get_bin_path(argv[0])
        if not program:
            return None
        status, printed, _said = module.run_command(
            [program] + argv[1:], environ_update={'LC_ALL': 'C'})
        return status, printed

    module.exit_json(changed=False, ansible_facts={
        'file_cache_client': facts(System(run), module.params['kernel'])})


if __name__ == '__main__':
    main()

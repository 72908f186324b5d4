#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: filer_manifest
short_description: List every file of a filer's tree, complete or not at all
version_added: 0.1.0
description:
  - Writes a manifest of the files below a folder of the filer, with their sizes and times. Run it
    on a host that sees the filer itself, not through the cache.
  - A manifest is the second proof beside the state bits of the cache. Module
    M(renderfarm.file_cache.lfs_hsm) takes it as O(renderfarm.file_cache.lfs_hsm#module:manifest),
    to find conflicts.
  - When any folder cannot be read there is no manifest and the module fails. An older one stays
    as it was.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.hsm
attributes:
  check_mode:
    support: full
    details:
      - Walks the tree and says whether the manifest would differ, and writes nothing to O(dest).
  diff_mode:
    support: none
  idempotent:
    description: Running it again on an unchanged tree reports no change.
    support: full
options:
  path:
    description:
      - Absolute path of the folder that the cache shows as its root. A symbolic link is refused.
    type: raw
    required: true
  dest:
    description:
      - Absolute path of the manifest. It appears under this name only when it is complete.
    type: raw
    required: true
  stall_timeout:
    description:
      - Fail when the filer has not answered for so many seconds.
    type: int
    default: 60
seealso:
  - module: renderfarm.file_cache.lfs_hsm
requirements:
  - Python 3.6 or newer on the managed host
'''

EXAMPLES = r'''
- name: List the filer
  renderfarm.file_cache.filer_manifest:
    path: /export/assets
    dest: /var/lib/file-cache/assets.manifest
  delegate_to: nas-admin1
'''

RETURN = r'''
dest:
  description: The manifest's path.
  returned: success
  type: str
files:
  description: Number of files in it.
  returned: success
  type: int
bytes:
  description: Sum of their sizes.
  returned: success
  type: int
checksum:
  description: SHA-256 of the manifest.
  returned: success
  type: str
'''

import hashlib
import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import scan
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.parameters import absolute_path

PIECE = 1 << 20


def checksum(path):
    """SHA-256 of a file, or None when there is none."""
    digest = hashlib.sha256()
    try:
        with open(path, 'rb') as file:
            for piece in iter(lambda: file.read(PIECE), b''):
                digest.update(piece)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def write(folder, output, idle):
    """Write the manifest; return the count and the bytes of its files; raise Refused."""
    children = Children()
    try:
        errand = scan.write(children, folder, output, idle=idle)
    finally:
        children.close()
    if not errand.complete:
        raise Refused(errand.error)
    return errand.taken, errand.size


def main():
    module = AnsibleModule(
        argument_spec=dict(
            path=dict(type='raw', required=True),
            dest=dict(type='raw', required=True),
            stall_timeout=dict(type='int', default=60),
        ),
        supports_check_mode=True,
    )
    try:
        folder = absolute_path(module.params['path'], 'path')
        dest = absolute_path(module.params['dest'], 'dest')
        output = dest
        if module.check_mode:
            output = os.path.join(to_bytes(module.tmpdir), b'manifest')
        before = checksum(dest)
        files, size = write(folder, output, module.params['stall_timeout'])
        after = checksum(output)
    except (Refused, OSError) as problem:
        module.fail_json(msg=str(problem))
    module.exit_json(changed=before != after, dest=module.params['dest'], files=files, bytes=size,
                     checksum=after)


if __name__ == '__main__':
    main()

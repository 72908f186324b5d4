#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: cache_mount
short_description: Mount and unmount a Lustre cache safely
version_added: 0.1.0
description:
  - Mounts a cache where a line of C(/etc/fstab) says, proves that it is the right one and that it
    answers, or says what is wrong and what to do. M(ansible.posix.mount) with
    O(ansible.posix.mount#module:state=present) writes the line. Its other states are fooled by an
    automount that is armed, and disturb a mount that is in use.
  - A mount that is there and in use is never disturbed. When its options are not those that were
    asked for, it is mounted again while nobody uses it, else the difference is reported in
    RV(drift).
  - Unmounts plainly, never lazily and never by force. What hinders it is named, in other mount
    namespaces too, and that the cache is gone is proven by the client's own list of mounts.
  - Nothing waits for a mount that does not answer. Every step has an end.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.worker
attributes:
  check_mode:
    support: full
    details:
      - Whether a mount would succeed is not predicted.
  diff_mode:
    support: full
options:
  path:
    description:
      - The folder that the cache is mounted at, absolute, without symbolic links.
    type: raw
    required: true
  state:
    description:
      - With V(mounted) the cache is mounted and answers.
      - With V(unmounted) it is gone from this folder, and from every mount namespace of the host.
        The units of the mount are stopped, so that the next access does not mount it again. The
        line in C(/etc/fstab) stays. Take it away afterwards, never before.
    type: str
    choices: [mounted, unmounted]
    default: mounted
  source:
    description:
      - What is to be mounted, C(ADDRESS@tcp:/NAME[/FOLDER]). By default what C(/etc/fstab) says;
        when both are there they must agree.
    type: str
  fsname:
    description:
      - The name of the cache as a file system, the C(MountName) of a File Cache. By default the one
        in O(source).
    type: str
  options:
    description:
      - The mount options to compare with. By default those in C(/etc/fstab); when both are there,
        the line must have all of these.
      - Compared is what the kernel shows truly. C(x-systemd.*), C(_netdev), C(nofail) and the like
        are not.
    type: list
    elements: str
  retries:
    description: How often a mount that fails is tried again, when that may help.
    type: int
    default: 10
  delay:
    description: Seconds between two tries.
    type: int
    default: 6
  timeout:
    description: Seconds after which one try, an unmount or a look at the mount is given up.
    type: int
    default: 90
  write_test:
    description:
      - Whether the proof of a mount also writes, reads and removes a file, in the folder
        C(.file-cache) below O(path).
    type: bool
    default: false
  remount:
    description:
      - With V(idle) a mount whose options have changed is unmounted and mounted again when nobody
        uses it.
      - With V(never) the difference is only reported. A mount that is dead is always mounted again
        when nobody uses it.
    type: str
    choices: [idle, never]
    default: idle
seealso:
  - module: ansible.posix.mount
  - module: renderfarm.file_cache.mount_point
'''

EXAMPLES = r'''
- name: Write the line
  ansible.posix.mount:
    path: /mnt/cache
    src: fc-0123456789abcdef0.fsx.eu-west-1.amazonaws.com@tcp:/abcd1234
    fstype: lustre
    opts: relatime,flock,_netdev,nofail,x-systemd.automount
    state: present

- name: Mount the cache
  renderfarm.file_cache.cache_mount:
    path: /mnt/cache

- name: Take it away again
  renderfarm.file_cache.cache_mount:
    path: /mnt/cache
    state: unmounted

- name: Then remove the line
  ansible.posix.mount:
    path: /mnt/cache
    state: absent_from_fstab
'''

RETURN = r'''
msg:
  description: What was done or is wrong, in a sentence.
  returned: always
  type: str
mount:
  description: What is mounted at O(path), empty when nothing is.
  returned: always
  type: dict
  sample: {source: "10.0.0.1@tcp:/abcd1234", options: [rw, relatime, flock, lazystatfs],
           fsname: abcd1234, instance: ff110001253b0000, entries: 3}
drift:
  description: What of O(options) and O(source) is not in effect.
  returned: always
  type: list
  elements: str
  sample: [relatime]
users:
  description: The processes that hinder an unmount.
  returned: always
  type: list
  elements: dict
  sample:
    - {pid: 4711, command: maya.bin, uid: 1000, what: file open for writing, own_namespace: true}
instances:
  description: The client instances of the cache that live on although nothing is mounted any more.
  returned: always
  type: list
  elements: str
  sample: [abcd1234-ff110001253b0000]
proven:
  description: Whether the client's own list was asked for what is still mounted.
  returned: always
  type: bool
diagnosis:
  description: Why the mount does not work, empty when it does.
  returned: always
  type: dict
  contains:
    cause:
      description: A word for the cause, such as V(timed_out), V(wrong_name) or V(port_taken).
      type: str
      returned: failure
    message:
      description: What happened, and what was said.
      type: str
      returned: failure
    remedy:
      description: What to do about it.
      type: str
      returned: failure
attempts:
  description: How often it was tried to mount.
  returned: always
  type: int
'''

import os
import re

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import (
    fstab,
    mountinfo,
    mounting,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.programs import Programs
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.unmount import unmount
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.escape import escape
from ansible_collections.renderfarm.file_cache.plugins.module_utils.parameters import mount_folder

LIMITS = {'retries': (0, 100), 'delay': (0, 300), 'timeout': (1, 3600)}
NOTHING = dict(mount={}, drift=[], users=[], instances=[], proven=False, diagnosis={}, attempts=0)


def main():
    module = AnsibleModule(argument_spec=dict(
        path=dict(type='raw', required=True),
        state=dict(type='str', choices=['mounted', 'unmounted'], default='mounted'),
        source=dict(type='str'),
        fsname=dict(type='str'),
        options=dict(type='list', elements='str'),
        retries=dict(type='int', default=10),
        delay=dict(type='int', default=6),
        timeout=dict(type='int', default=90),
        write_test=dict(type='bool', default=False),
        remount=dict(type='str', choices=['idle', 'never'], default='idle'),
    ), supports_check_mode=True)
    # Whatever its working directory is: it may lie on the mount, and would keep it busy.
    os.chdir('/')
    children = Children()
    try:
        _run(module, Programs(children))
    except Refused as problem:
        module.fail_json(msg=str(problem), **NOTHING)
    finally:
        children.close()


def _run(module, programs):
    params = module.params
    for name, (least, most) in sorted(LIMITS.items()):
        if not least <= params[name] <= most:
            raise Refused('%s must be from %d to %d.' % (name, least, most))
    point = mount_folder(params['path'])
    line = fstab.line_of(point)
    if params['state'] == 'unmounted':
        _unmount(module, programs, point, line)
    else:
        _mount(module, programs, point, line)


def _mount(module, programs, point, line):
    request = _request(module, point, line)
    done = mounting.mount(programs, request, module.check_mode)
    for warning in done.warnings:
        module.warn(warning)
    now = mountinfo.at(point)
    found = done.probe
    result = dict(
        NOTHING, changed=done.changed, drift=done.drift, users=_users(done.users),
        attempts=done.attempts, mount=dict(
            _shown(now), fsname=found.fsname, instance=found.instance, entries=found.entries)
        if now is not None and found is not None else {},
        diagnosis=_diagnosis(done.diagnosis))
    if module._diff:
        after = _asked(request) if module.check_mode and done.changed else _as_text(now)
        result['diff'] = dict(before=_as_text(done.before), after=after)
    if done.failure is not None:
        module.fail_json(msg=done.failure, **result)
    module.exit_json(msg=_sentence(done, point, module.check_mode), **result)


def _request(module, point, line):
    params = module.params
    source = params['source'].encode('utf-8') if params['source'] else None
    options = params['options']
    if line is None and not module.check_mode:
        raise Refused('/etc/fstab has no line for %s. Write it first (ansible.posix.mount with '
                      'state present).' % escape(point))
    if line is not None and not module.check_mode:
        _compare(line, point, source, options)
    if source is None:
        source = line.source if line is not None else b''
    if options is None:
        options = [option.decode('utf-8', 'replace') for option in line.options] if line else []
    fsname = mountinfo.filesystem_of(source)[0].decode('utf-8', 'replace')
    if not fsname and (line is not None or params['source']):
        raise Refused('The source %s is not ADDRESS@tcp:/NAME[/FOLDER].' % escape(source))
    if params['fsname'] and fsname and params['fsname'] != fsname:
        raise Refused('fsname is "%s", and the source %s names "%s". Correct one of them.'
                      % (params['fsname'], escape(source), fsname))
    return mounting.Request(
        point, source, params['fsname'] or fsname, options, params['retries'], params['delay'],
        params['timeout'], params['write_test'], params['remount'] == 'idle')


def _compare(line, point, source, options):
    """Refuse a line that is not what was asked for: mount(8) and systemd go by the line."""
    if line.fstype != b'lustre':
        raise Refused('The line for %s in /etc/fstab is of type %s, not lustre.'
                      % (escape(point), escape(line.fstype)))
    if source not in (None, line.source):
        raise Refused('/etc/fstab has %s for %s, and asked for was %s. Write the line first.'
                      % (escape(line.source), escape(point), escape(source)))
    missing = [option for option in options or [] if option.encode('utf-8') not in line.options]
    if missing:
        raise Refused('The line for %s in /etc/fstab lacks %s. Write the line first.'
                      % (escape(point), ', '.join(missing)))


def _unmount(module, programs, point, line):
    params = module.params
    source = params['source'].encode('utf-8') if params['source'] else line and line.source
    fsname = (params['fsname'] or '').encode('utf-8') or mountinfo.filesystem_of(source or b'')[0]
    before = mountinfo.at(point)
    done = unmount(programs, point, fsname, params['timeout'], dry_run=module.check_mode)
    now = mountinfo.at(point)
    result = dict(NOTHING, changed=done.changed, users=_users(done.users), proven=done.proven,
                  instances=[escape(name) for name in done.instances],
                  mount=_shown(now) if now is not None else {})
    if module._diff:
        gone = module.check_mode and done.changed
        result['diff'] = dict(before=_as_text(before), after='' if gone else _as_text(now))
    if done.state != 'gone':
        module.fail_json(msg=done.message, **result)
    module.exit_json(msg=done.message, **result)


def _sentence(done, point, dry_run):
    if dry_run and done.changed:
        return 'The cache would be mounted at %s.' % escape(point)
    text = 'The cache "%s" %s mounted at %s and answers.' % (
        done.probe.fsname, 'was' if done.changed else 'is', escape(point))
    if done.drift:
        text += ' It is not as asked: %s.' % ', '.join(done.drift)
    return text


def _shown(mount):
    return dict(source=escape(mount.source), options=[escape(word) for word in mount.options])


def _as_text(mount):
    if mount is None:
        return ''
    return 'source: %s\noptions: %s\n' % (
        escape(mount.source), ','.join(escape(word) for word in mount.options))


def _asked(request):
    # Of what was asked for, what the kernel will come to show.
    words = [word for word in request.options
             if not re.match(r'x-|_netdev\Z|(no)?(fail|auto)\Z|defaults\Z', word)]
    return 'source: %s\noptions: %s\n' % (escape(request.source), ','.join(words))


def _users(users):
    return [dict(pid=user.pid, command=user.comm, uid=user.uid, what=user.what,
                 own_namespace=user.own_namespace) for user in users]


def _diagnosis(found):
    if found is None:
        return {}
    return dict(cause=found.cause, message=found.message, remedy=found.remedy)


if __name__ == '__main__':
    main()

#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: command_install
short_description: Install the file-cache command and its configuration
version_added: 0.1.0
description:
  - Puts the command C(file-cache) of this collection's version at C(/opt/file-cache/VERSION/) and
    switches C(/opt/file-cache/bin/file-cache) to it. The command is made of the collection's own
    source files, and is sent only when the host does not have exactly this one.
  - Versions lie side by side and the switch is one step, so that calls that are under way, and
    calls that begin meanwhile, are not disturbed. When the installation is interrupted, or the
    disk is full, the version that was used before is still used.
  - Everything is owned by root and can be written by nobody else. The module refuses where a
    folder or a link on the way could be changed by others, since root runs what lies there.
  - The command runs on the system's own Python, C(/usr/libexec/platform-python) or
    C(/usr/bin/python3), whatever Python Ansible uses on the host.
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
    details:
      - Shows the version in use and the configuration.
  action:
    description: Has an action plugin, which makes the archive and sends it when it is needed.
    support: full
  idempotent:
    description: Running it again changes nothing.
    support: full
options:
  state:
    description:
      - V(present) installs this collection's version, an older one than the host has as well.
      - V(absent) takes away all versions and the configuration. It refuses while the command runs.
    type: str
    choices: [present, absent]
    default: present
  config:
    description:
      - What C(/etc/file-cache/config.json) is to hold. The file is switched in the same moment as
        the version.
      - What this version of the command would refuse is refused before anything is changed.
      - Without this option the file is left as it is.
    type: dict
  keep:
    description: How many versions stay beside the one that is used. One that is running stays too.
    type: int
    default: 2
  release:
    description:
      - This version of the command. It comes from the action plugin, which replaces what a task
        says here.
    type: dict
    suboptions:
      version:
        description: Its number.
        type: str
      digest:
        description: The SHA-256 of its archive.
        type: str
      archive:
        description: Where the archive is on the host, once it was sent.
        type: str
requirements:
  - Python 3.6 or newer as the system's own
  - root on the managed host
notes:
  - A service that runs the command goes on with the version that it was started with. Restart it
    when the module reports a change.
'''

EXAMPLES = r'''
- name: Install the command on a worker
  renderfarm.file_cache.command_install:
    config:
      schema: 1
      roots:
        - name: assets
          path: /mnt/cache/nas1/assets
          cache: fc-0123456789abcdef0
      verbs: [archive, evict, hydrate, refresh, state, writeback]
      ceilings:
        jobs: 8
  become: true

- name: Take it away
  renderfarm.file_cache.command_install:
    state: absent
  become: true
'''

RETURN = r'''
command:
  description: What people, sudoers and services call.
  returned: success
  type: str
  sample: /opt/file-cache/bin/file-cache
version:
  description: The version that is used now, or would be in check mode.
  returned: O(state=present)
  type: str
previous:
  description: The version that was used before, V(null) where there was none.
  returned: success
  type: str
folder:
  description: The folder of the version that is used, V(null) while check mode cannot know it.
  returned: O(state=present)
  type: str
kept:
  description: Names of the other versions' folders.
  returned: success
  type: list
  elements: str
removed:
  description: Names of the versions' folders that were taken away.
  returned: success
  type: list
  elements: str
'''

import json
import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command import config
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.arguments import VERBS
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.escape import escape
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import TUNING
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation import (
    files,
    interpreter,
    trust,
    version,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation.shelf import Shelf

HOME = b'/opt/file-cache'
ROOT = 0


class Installation(object):
    """What the host has, and what it is to have."""

    def __init__(self, module, shelf):
        self.module = module
        self.params = module.params
        self.release = self.params['release']
        self.shelf = shelf
        self.used = shelf.current()
        self.config = files.read(config.PATH)
        self.wanted_config = _rendered(self.params['config'], self.config)

    def present(self):
        """Install; return the result."""
        python = interpreter.find(self._run)
        name = self.shelf.find(self.release['digest'], python)
        if name is None and (self.release['archive'] is None or self.module.check_mode):
            return self._result(None, [], needs_archive=True)
        if self.module.check_mode:
            return self._result(name, self.shelf.surplus(name, self.used, self.params['keep']))
        with self.shelf.locked():
            # Another installation may have ended meanwhile.
            name = self.shelf.find(self.release['digest'], python) or self._add(python)
            self.used = self.shelf.current()
            # Both in one moment: neither version need understand the other's configuration.
            if self.wanted_config != self.config:
                _write_config(self.wanted_config)
            if name != self.used:
                self.shelf.use(name)
            surplus = self.shelf.surplus(name, self.used, self.params['keep'])
            for one in surplus:
                self.shelf.take_away(one)
        return self._result(name, surplus)

    def absent(self):
        """Take everything away; return the result."""
        result = dict(changed=self.shelf.is_there() or self.config is not None,
                      command=_text(self.shelf.link),
                      previous=self.shelf.record_of(self.used).get('version'),
                      kept=[], removed=_texts(self.shelf.names()))
        if result['changed'] and not self.module.check_mode:
            with self.shelf.locked():
                self.shelf.clear()
            _remove_config()
        return result

    def _add(self, python):
        archive = files.read(os.fsencode(self.release['archive']))
        if archive is None or version.digest(archive) != self.release['digest']:
            raise Refused('The archive of the command has not arrived as it was sent.')
        return self.shelf.add(archive, self.release['version'], python, self._run)

    def _run(self, argv):
        return self.module.run_command(argv, handle_exceptions=False)

    def _result(self, name, surplus, **more):
        """What is or was done, also in check mode; name: None for a version still to be sent."""
        changed = (name is None or name != self.used or bool(surplus)
                   or self.wanted_config != self.config)
        others = [one for one in self.shelf.names() if one not in surplus and one != name]
        return dict(
            more, changed=changed, version=self.release['version'], command=_text(self.shelf.link),
            previous=self.shelf.record_of(self.used).get('version'),
            folder=None if name is None else _text(os.path.join(HOME, name)),
            kept=_texts(others), removed=_texts(surplus), diff=self._diff())

    def _diff(self):
        return [_compared(self.shelf.link, _line(self.shelf.record_of(self.used)),
                          _line(self.release)),
                _compared(config.PATH, _text(self.config or b''),
                          _text(self.wanted_config or b''))]


def _compared(path, before, after):
    return dict(before_header=_text(path), before=before, after_header=_text(path), after=after)


def _line(record):
    """A version as a line of the diff; a developer's builds differ in their content only."""
    return 'version %s, content %s\n' % (record['version'], record['digest']) if record else ''


def _text(name):
    return to_text(name, errors='surrogateescape')


def _texts(names):
    return [_text(name) for name in names]


def _rendered(wanted, present):
    """Return the bytes of the configuration that is wanted; refuse what the command would."""
    if wanted is None:
        return present
    content = to_bytes(json.dumps(wanted, indent=2) + '\n')
    try:
        config.parse(content, TUNING, VERBS)
    except ValueError as problem:
        raise Refused('config: %s' % problem)
    return content


def _write_config(content):
    files.make_folder(os.path.dirname(config.PATH))
    files.replace(config.PATH, lambda path: files.write(path, content, 0o644))


def _remove_config():
    files.remove(config.PATH)
    try:
        os.rmdir(os.path.dirname(config.PATH))
    except OSError:
        pass  # not there, or it holds what is not ours


def _check(module):
    """Refuse what cannot be right before anything is looked at."""
    if os.geteuid() != ROOT:
        raise Refused('The command is installed by root: set become: true.')
    if module.params['keep'] < 1:
        raise Refused('keep must be 1 or more: a call that has just begun may still read the '
                      'files of the version before.')
    for path in (HOME, config.PATH):
        trust.check(path)
    place = HOME if os.path.exists(HOME) else b'/opt' if os.path.exists(b'/opt') else b'/'
    if os.statvfs(place).f_flag & os.ST_NOEXEC:
        raise Refused('/opt is mounted noexec, and no command can be run there. Mount it without '
                      'noexec, or /opt/file-cache as a file system of its own.')


def main():
    module = AnsibleModule(
        argument_spec=dict(
            state=dict(type='str', choices=['present', 'absent'], default='present'),
            config=dict(type='dict'),
            keep=dict(type='int', default=2),
            release=dict(type='dict', options=dict(
                version=dict(type='str'),
                digest=dict(type='str'),
                archive=dict(type='str'),
            )),
        ),
        supports_check_mode=True,
    )
    try:
        _check(module)
        installation = Installation(module, Shelf(HOME))
        result = getattr(installation, module.params['state'])()
    except Refused as problem:
        module.fail_json(msg=str(problem))
    except OSError as problem:
        where = ' at ' + escape(os.fsencode(problem.filename)) if problem.filename else ''
        module.fail_json(msg='%s%s. What was installed before is as it was.'
                         % (problem.strerror, where))
    module.exit_json(**result)


if __name__ == '__main__':
    main()

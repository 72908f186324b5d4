# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role file_cache_client makes of its variables, before a host is touched.

Runs on the controller. plan() answers with the mounts and roots of one host, and with
every contradiction in the variables as a sentence that says what to change.
"""

import posixpath
import re

from .fstab import (
    field,
    hopeless_requirements,
    line,
    marked_paths,
    ordered,
    required_units,
    unit_of,
)
from .sudo_rules import rules

_ROOT_NAME = re.compile(r'[a-z0-9_-]+\Z')
_FSNAME = re.compile(r'[A-Za-z0-9_-]{1,8}\Z')
_SERVER = re.compile(r'[A-Za-z0-9][A-Za-z0-9.,:@_-]*\Z')
_UNIT = re.compile(r'[A-Za-z0-9:_.\\@-]+\.(service|scope|slice|socket|target|timer)\Z')
_TIME_SPAN = re.compile(r'([0-9]+ *[a-z]* *)+\Z')
_LISTS = ('groups', 'mount_options', 'mounts', 'roots', 'services', 'stages', 'users')
# What fstab, a unit file or a shell would not take as it stands.
_SPECIAL = re.compile(r'[#&$%"\'`\\]')
# ansible.posix.mount takes any space for the end of a field of fstab.
_OTHER_SPACE = re.compile(r'[^\S ]')
_CONTROL = re.compile('[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]')

# Folders that systems need as they are: nothing is mounted on them, nor made unwritable.
_NO_MOUNT_POINTS = ('/', '/bin', '/boot', '/dev', '/etc', '/home', '/lib', '/lib64', '/opt',
                    '/proc', '/root', '/run', '/sbin', '/sys', '/tmp', '/usr', '/var')


def plan(settings, network_manager='', fstab=''):
    """Return what follows for one host; documented as the answer of the filter worker_plan.

    settings: the role's public variables without their prefix, of the shape that
    meta/argument_specs.yml asks for; only sense is judged here. network_manager: what
    brings the host's network up; fstab: its text. Both are '' before the host is looked at.
    """
    problems = list(_shape_problems(settings))
    if problems:
        settings = dict(settings, **{key: [] for key in _LISTS})
    problems += ['%s holds a line break or another control character' % place
                 for place in _places_of_control(settings, '')]
    problems += _stage_problems(settings)
    problems += [problem for item in settings['mounts'] for problem in _mount_problems(
        item, _asked_options(item, settings), settings, network_manager)]
    mounts = [_mount(item, settings, network_manager) for item in settings['mounts']]
    problems += _neighbour_problems(mounts)
    roots, left_out = _choose_roots(settings['roots'], mounts)
    if settings['state'] == 'present':
        problems += _root_problems(roots, left_out, mounts)
        problems += _service_problems(settings)
    sudo_rules, sudo_problems = rules(settings['users'], settings['groups'])
    problems += sudo_problems
    points = [mount['path'] for mount in mounts]
    lines = [{'path': path, 'unit': unit_of(path)} for path in marked_paths(fstab)]
    return {
        'mounts': mounts,
        'lines': lines,
        'requires': sorted({unit for mount in mounts for unit in required_units(mount['options'])}),
        'stale': [ours for ours in lines if ours['path'] not in points],
        'roots': roots,
        'left_out': left_out,
        'sudo_rules': sudo_rules,
        'config': {
            'roots': [{'name': root['name'], 'path': root['path'], 'cache': root.get('cache') or ''}
                      for root in roots],
            'mounts': [{'path': mount['path'], 'fsname': mount['fsname']} for mount in mounts],
        },
        'problems': problems,
    }


def _shape_problems(settings):
    """Yield what Ansible lets pass: it takes text for a list, and leaves it text."""
    for key in _LISTS:
        if not isinstance(settings[key], (list, tuple)):
            yield '%s must be a list, and is %r' % (key, settings[key])


def _places_of_control(value, place):
    """Yield where in the nested value a control character stands."""
    if isinstance(value, str):
        if _CONTROL.search(value):
            yield place
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _places_of_control(item, '%s.%s' % (place, key) if place else key)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _places_of_control(item, '%s[%d]' % (place, number))


def _stage_problems(settings):
    stages = settings['stages']
    if not stages:
        yield 'stages is empty: name image, boot or command'
    if 'command' in stages and len(stages) > 1:
        yield ('the stage command is for hosts that mount nothing, and stands alone; '
               'image already installs the command')
    if settings['state'] == 'present' and 'boot' in stages and not settings['mounts']:
        yield 'the stage boot has nothing to mount: fill mounts, or use the stage command'
    if settings['state'] == 'present' and 'command' in stages and settings['mounts']:
        yield ('the stage command mounts nothing, and mounts is not empty: '
               'use the stages image and boot, or empty it')


def _mount(item, settings, network_manager):
    """Return a mount as the tasks use it: the path in one spelling, the line of fstab made."""
    server = item['server'] if '@' in item['server'] else item['server'] + '@tcp'
    fileset = (item.get('fileset') or '').strip('/')
    path = posixpath.normpath(re.sub('/+', '/', item['path']))
    source = '%s:/%s%s' % (server, item['fsname'], '/' + fileset if fileset else '')
    options = ordered(_asked_options(item, settings), network_manager, settings['mount_timeout'])
    return {
        'cache': item['cache'],
        'fsname': item['fsname'],
        'path': path,
        'source': source,
        'options': options,
        'line': line(source, path, options),
        'field': field(path),
        'quoted': '"%s"' % path,
        'unit': unit_of(path),
    }


def _asked_options(item, settings):
    own = item.get('options')
    return list(settings['mount_options'] if own is None else own)


def _mount_problems(item, options, settings, network_manager):
    name = 'the mount "%s"' % item['path']
    if not item['path'].startswith('/') or '..' in item['path'].split('/'):
        yield name + ': the path must be absolute and without ".."'
    elif posixpath.normpath(item['path']) in _NO_MOUNT_POINTS:
        yield name + ': this folder belongs to the system; choose one below it'
    if _SPECIAL.search(item['path']):
        yield name + ': its path may hold none of %s' % _SPECIAL.pattern
    if _OTHER_SPACE.search(item['path']):
        yield name + ': the only space that its path may hold is the plain one'
    if not _SERVER.match(item['server']):
        yield '%s: "%s" is neither a host name nor a Lustre network identifier' % (
            name, item['server'])
    if not _FSNAME.match(item['fsname']):
        yield '%s: "%s" is no file system name: one to eight letters, digits, - or _' % (
            name, item['fsname'])
    fileset = item.get('fileset') or ''
    if '..' in fileset.split('/') or _SPECIAL.search(fileset):
        yield name + ': its fileset must be a folder of the cache without ".." and any of %s' % (
            _SPECIAL.pattern)
    for problem in _option_problems(options, settings, network_manager):
        yield '%s: %s' % (name, problem)


def _option_problems(options, settings, network_manager):
    for option in options:
        if not option or re.search(r'[\s,#]', option):
            yield 'the option "%s" must be one option without blanks, commas and "#"' % option
        elif option == 'noatime' and not settings['allow_noatime']:
            yield ('with noatime the cache cannot tell what was read last, and evicts what is '
                   'in use; use relatime, or set allow_noatime')
        elif option.startswith(('x-systemd.required-by=', 'x-systemd.wanted-by=')):
            # field-reports L22: it replaces what else would pull the mount in.
            yield ('with %s the mount is no longer started at boot; order the other unit after '
                   'the mount by naming it in services' % option)
    for unit in hopeless_requirements(options, network_manager):
        yield ('it requires %s, which cannot succeed here: %s brings the network up. Without '
               'this option it waits for network-online.target, which is right everywhere'
               % (unit, network_manager))


def _neighbour_problems(mounts):
    for number, mount in enumerate(mounts):
        for other in mounts[:number]:
            if mount['path'] == other['path']:
                yield 'two mounts are asked for at "%s"' % mount['path']
            elif _below(mount['path'], other['path']) or _below(other['path'], mount['path']):
                yield ('the mount "%s" and the mount "%s" lie in each other: '
                       'neither could be unmounted alone' % (other['path'], mount['path']))
            if mount['cache'] == other['cache'] and mount['fsname'] != other['fsname']:
                yield 'the cache %s has two file system names, %s and %s' % (
                    mount['cache'], other['fsname'], mount['fsname'])


def _choose_roots(roots, mounts):
    """Return this host's roots, and the names of those whose cache it does not mount."""
    caches = {mount['cache'] for mount in mounts}
    if not caches:
        return list(roots), []
    here = [root for root in roots if not root.get('cache') or root['cache'] in caches]
    return here, [root['name'] for root in roots if root not in here]


def _root_problems(roots, left_out, mounts):
    if left_out and not roots:
        yield 'none of the roots is on a cache that this host mounts: %s' % ', '.join(left_out)
    names = [root['name'] for root in roots]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield 'two roots are called "%s"' % name
    for root in roots:
        if not _ROOT_NAME.match(root['name']):
            yield 'the root "%s": its name may hold a-z, 0-9, _ and - only' % root['name']
        if not root['path'].startswith('/') or posixpath.normpath(root['path']) != root['path']:
            yield ('the root "%s": the path "%s" must be absolute and without "..", "." or a '
                   'slash too many' % (root['name'], root['path']))
        own = [mount['path'] for mount in mounts
               if not root.get('cache') or mount['cache'] == root['cache']]
        if own and not any(_below(root['path'], point) for point in own):
            yield ('the root "%s" at %s does not lie below a mount of its cache (%s): '
                   'change one of the two' % (root['name'], root['path'], ', '.join(own)))


def _service_problems(settings):
    for unit in settings['services']:
        if not _UNIT.match(unit):
            yield ('services: "%s" is no unit; say it in full, as in deadline10launcher.service'
                   % unit)
    if not _TIME_SPAN.match(settings['sweep_every']):
        yield 'sweep_every: "%s" is no time span; write it as 30min' % settings['sweep_every']


def _below(path, folder):
    """Whether path is folder, or lies below it."""
    return path == folder or path.startswith(folder + '/')

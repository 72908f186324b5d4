# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user data of the role, rendered without a play: quick enough for properties.

tests/e2e/modules/test_user_data.py has the role render it, and compares.
"""

import json
import re
import shlex

import jinja2
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.worker_plan import plan
from ansible_collections.renderfarm.file_cache.tests.repo.tree import ROOT

ROLE = ROOT / 'roles' / 'file_cache_client'
SETTINGS = {'state': 'present', 'stages': ['image', 'boot'], 'allow_noatime': False,
            'mount_options': ['relatime', 'flock', '_netdev', 'x-systemd.automount', 'nofail'],
            'mount_timeout': 90, 'sweep_every': '30min', 'users': [], 'groups': []}


def planned(mounts, services=('deadline10launcher.service',), roots=()):
    return plan(dict(SETTINGS, mounts=list(mounts), roots=list(roots), services=list(services)))


def render(mounts, services=('deadline10launcher.service',), units=('file-cache-watch.service',),
           roots=(), retries=2, delay=0):
    """The script (text) for these mounts, as variables of the role have them."""
    known = planned(mounts, services, roots)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(ROLE / 'templates')), trim_blocks=True,
        keep_trailing_newline=True, undefined=jinja2.StrictUndefined)
    environment.filters.update(
        quote=lambda value: shlex.quote(str(value)), to_json=json.dumps,
        comment=lambda text: '#\n# %s\n#' % text,
        regex_replace=lambda value, pattern, new: re.sub(pattern, new, value))
    variables = {
        'ansible_managed': 'Ansible managed',
        'file_cache_client_services': list(services),
        'file_cache_client_mount_retries': retries,
        'file_cache_client_mount_delay': delay,
        '__file_cache_client_mounts': known['mounts'],
        '__file_cache_client_units': [{'name': name, 'wanted': True} for name in units]
        + [{'name': 'file-cache-sweep.service'},
           {'name': 'file-cache-sweep.timer', 'wanted': False}],
        '__file_cache_client_config': {
            'schema': 1, 'roots': known['roots'],
            'mounts': [{'path': mount['path'], 'fsname': mount['fsname']}
                       for mount in known['mounts']]},
    }
    environment.globals['lookup'] = lambda _plugin, name, template_vars: environment.get_template(
        name).render(variables, **template_vars)
    return environment.get_template('user_data.sh.j2').render(variables)


def mount(path='/mnt/cache', **more):
    """One item of file_cache_client_mounts."""
    return dict({'cache': 'fc-1', 'server': 'cache.fsx.local', 'fsname': 'abcd', 'path': path},
                **more)

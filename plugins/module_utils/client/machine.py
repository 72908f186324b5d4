# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the host is: its distribution, its size, who runs its network."""

import configparser
import os
import re

# The names that say which updates a repository has: only plain BaseOS kernels have a client
# (filecache-and-peers A1.1).
_EXTENDED = re.compile(r'(?:^|[-_.])(?:eus|e4s|aus|tus)(?:[-_.]|$)')
_NETWORK_MANAGERS = ('NetworkManager', 'systemd-networkd', 'networking', 'network')


def distribution(text):
    """Return os-release as {id, version, like, name}."""
    values = dict(_assignments(text))
    return {
        'id': values.get('ID', ''),
        'version': values.get('VERSION_ID', ''),
        'like': values.get('ID_LIKE', '').split(),
        'name': values.get('PRETTY_NAME') or values.get('NAME', ''),
    }


def _assignments(text):
    for line in text.splitlines():
        name, equals, value = line.strip().partition('=')
        if equals and not name.startswith('#'):
            yield name, value.strip('\'"')


def size():
    """Return {arch, page_size, cpus}, as the kernel tells them to this process."""
    return {
        'arch': os.uname()[4],
        'page_size': os.sysconf('SC_PAGE_SIZE'),
        'cpus': os.sysconf('SC_NPROCESSORS_ONLN'),
    }


def memory_bytes(system):
    found = re.search(r'^MemTotal:\s+([0-9]+) kB$', system.read('/proc/meminfo'), re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0


def init(system):
    """Return `systemd`, or the name of the first process."""
    if system.exists('/run/systemd/system'):
        return 'systemd'
    return system.read('/proc/1/comm').strip()


def network_manager(system):
    """Return which of the network managers is active, None for none (field-reports L22)."""
    for name in _NETWORK_MANAGERS:
        if system.ask(['systemctl', 'is-active', name + '.service']) is not None:
            return name
    return None


def extended_repositories(system):
    """Return the ids of the enabled repositories of Extended Update Support and its kin."""
    found = []
    for name in system.names('/etc/yum.repos.d'):
        if not name.endswith('.repo'):
            continue
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(system.read('/etc/yum.repos.d/' + name))
        except configparser.Error:
            continue
        found += [section for section in parser.sections() if _EXTENDED.search(section.lower())
                  and parser.get(section, 'enabled', fallback='1').lower()
                  in ('1', 'yes', 'true', 'on')]
    return found


def nids(system):
    """Return the addresses that LNet speaks with, none while it is not up (field-reports L31)."""
    return [word for word in system.printed(['lctl', 'list_nids']).split() if '@' in word]

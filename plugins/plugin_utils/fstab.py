# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mount in /etc/fstab and to systemd: what orders it, and how a line of ours is known again."""

import re
import string

# What stands for itself in the name of a unit.
_PLAIN = string.ascii_letters + string.digits + ':_.'

# mount(8) takes options that begin with x- for comments: our lines are those that hold this one.
MARK = 'x-file-cache'

# Who says that the network is there, by what brings it up (field-reports L22).
ONLINE = {
    'NetworkManager': 'NetworkManager-wait-online.service',
    'systemd-networkd': 'systemd-networkd-wait-online.service',
}


def ordered(options, network_manager, timeout):
    """Return the options of a line: those asked for, and what orders the mount on this host.

    _netdev puts it after network-online.target. nofail takes the order before
    remote-fs.target away, without which it is unmounted under the workers at shutdown
    (field-reports L8). A name has to be resolved before. Nothing is required, as a
    required unit that fails keeps the mount from ever starting (L22).
    """
    wanted = ['x-systemd.before=remote-fs.target', 'x-systemd.after=nss-lookup.target']
    if network_manager in ONLINE:
        wanted.append('x-systemd.after=' + ONLINE[network_manager])
    if not any(option.startswith('x-systemd.mount-timeout=') for option in options):
        wanted.append('x-systemd.mount-timeout=%ds' % int(timeout))
    return options + [option for option in wanted + [MARK] if option not in options]


def hopeless_requirements(options, network_manager):
    """Yield units that the options require and that cannot succeed on this host (L22)."""
    for unit in required_units(options):
        for manager, online in ONLINE.items():
            if unit == online and network_manager and network_manager != manager:
                yield unit


def required_units(options):
    """Return the units that the options require."""
    return [option.partition('=')[2] for option in options
            if option.startswith('x-systemd.requires=')]


def marked_paths(fstab):
    """Return the mount points of our lines in the text of an fstab, in order."""
    paths = []
    # Blank and tab end a field, and only the newline a line: a name may hold what else is space.
    for line in fstab.split('\n'):
        fields = re.findall('[^ \t]+', line)
        if len(fields) >= 4 and not fields[0].startswith('#') and MARK in fields[3].split(','):
            paths.append(_unescaped(fields[1]))
    return paths


def field(text):
    """Return a path or source as a field of fstab and of mountinfo."""
    return text.replace(' ', '\\040')


def line(source, path, options):
    """Return the line of a cache, as ansible.posix.mount writes it."""
    return '%s %s lustre %s 0 0' % (field(source), field(path), ','.join(options))


def _unescaped(word):
    """Return a field of fstab without its octal escapes: space, tab, backslash and others."""
    raw = re.sub(rb'\\([0-7]{3})', lambda found: bytes([int(found.group(1), 8) & 255]),
                 word.encode('utf-8', 'surrogateescape'))
    return raw.decode('utf-8', 'surrogateescape')


def unit_of(path):
    """Return the name of the .mount unit of a mount point, as systemd-escape makes it (L25)."""
    escaped = ''
    for byte in path.strip('/').encode('utf-8', 'surrogateescape'):
        if byte == ord('/'):
            escaped += '-'
        elif chr(byte) in _PLAIN and not (byte == ord('.') and not escaped):
            escaped += chr(byte)
        else:
            escaped += '\\x%02x' % byte
    return (escaped or '-') + '.mount'

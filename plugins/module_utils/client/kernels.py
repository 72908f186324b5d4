# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernels that are installed, which of them has a client module, and which boots next."""

import re

from . import grub
from .version import key

_IMAGE = 'vmlinuz-'


def installed(system, wanted):
    """Return [{release, has_module, module, version}] of each kernel in /lib/modules and of
    the wanted one, by version. has_module is None where nothing can tell."""
    releases = set(system.names('/lib/modules')) | {wanted}
    if system.ask(['modinfo', '--version']) is None:
        return [_kernel(release, None) for release in _in_order(releases)]
    # Modules are asked for by name, so that one in extra/ or a link in weak-updates/ counts,
    # and one that depmod does not know does not (field-reports L17).
    return [_kernel(release, system.ask(['modinfo', '-k', release, 'lustre']) or '')
            for release in _in_order(releases)]


def _in_order(releases):
    return sorted(releases, key=lambda release: (key(release), release))


def _kernel(release, told):
    values = dict(re.findall(r'^(\w+):\s+(.*)$', told or '', re.MULTILINE))
    module = values.get('filename')
    return {
        'release': release,
        'has_module': None if told is None else module is not None,
        'module': module,
        'version': values.get('version'),
    }


def next_to_boot(system):
    """Return the release that the boot loader starts next and who told: grubby, grub, newest."""
    for source, image in (('grubby', system.ask(['grubby', '--default-kernel'])),
                          ('grub', grub.default_image(system))):
        release = _release_of((image or '').strip())
        if release:
            return release, source
    images = [_release_of(name) for name in system.names('/boot')]
    releases = _in_order({release for release in images if release})
    return (releases[-1], 'newest') if releases else (None, None)


def _release_of(image):
    _folder, found, release = image.rpartition(_IMAGE)
    return release if found and key(release) else None

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is held or locked, so that kernel and client stay paired (field-reports L19)."""

import re


def holds(facts, support, also):
    """Return what the role has to hold: names for apt, entries of the version lock for dnf."""
    installed = facts['client']['packages']
    pattern = re.compile(support['holds'])
    if support['manager'] == 'apt':
        return sorted({package['name'] for package in installed
                       if pattern.fullmatch(package['name'])} | set(also))
    # The running kernel's packages by name would lock out the wanted one, so only those of the
    # wanted kernel count. What is bound to a kernel module is locked too: left alone, a newer
    # one that needs a newer kernel would fail every update.
    names = set(support['packages']) | set(facts['client']['bound'])
    return sorted({
        '%s-%s.*' % (package['name'], package['version']) for package in installed
        if package['name'] in names
        or pattern.fullmatch(package['name']) and _release(package) == support['kernel']
    } | set(also))


def _release(package):
    """The kernel's release that a package belongs to, as uname has it."""
    return '%s.%s' % (package['version'].partition(':')[2], package['arch'])

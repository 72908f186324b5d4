# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages of client and kernel that are installed, and what is held or locked."""

_DPKG_GLOBS = ['*lustre*', 'linux-*']
_RPM_GLOBS = ['*lustre*', 'kernel*', 'kmod-*']
_DPKG = '${Package}\t${Version}\t${Architecture}\t${db:Status-Status}\n'
_RPM = '%{NAME}\t%|EPOCH?{%{EPOCH}}:{0}|:%{VERSION}-%{RELEASE}\t%{ARCH}\tinstalled\n'
_LOCKS = '/etc/dnf/plugins/versionlock.list'
# What a kernel module provides beside its name, by the thousand; other modules require these.
_SYMBOLS = ('kernel(', 'ksym(')


def client(system):
    """Return {packages, held, bound}."""
    if system.ask(['apt-mark', '--version']) is not None:
        return {'packages': _packages(system.printed(
                    ['dpkg-query', '-W', '-f', _DPKG] + _DPKG_GLOBS)),
                'held': system.printed(['apt-mark', 'showhold']).split(), 'bound': []}
    packages = _packages(system.printed(['rpm', '-qa', '--qf', _RPM] + _RPM_GLOBS))
    modules = {package['name'] for package in packages if package['name'].startswith('kmod-')}
    return {'packages': packages, 'held': _locks(system.read(_LOCKS)),
            'bound': sorted(modules | _dependents(system, modules))}


def _packages(told):
    rows = [line.split('\t') for line in told.splitlines()]
    return [dict(zip(('name', 'version', 'arch'), row)) for row in sorted(rows)
            if len(row) == 4 and row[3] == 'installed']


def _locks(text):
    return [line.strip() for line in text.splitlines()
            if line.strip() and not line.strip().startswith('#')]


def _dependents(system, names):
    """Return what requires one of the packages: while they are locked, a newer version of it
    that wants a newer one of them would fail every update (field-reports L19)."""
    found, asked = set(), set(names)
    while asked:
        provided = system.printed(['rpm', '-q', '--provides'] + sorted(asked))
        capabilities = {line.split()[0] for line in provided.splitlines()
                        if line.strip() and not line.startswith(_SYMBOLS)}
        if not capabilities:
            break
        told = system.printed(['rpm', '-q', '--whatrequires', '--qf', '%{NAME}\t\n']
                              + sorted(capabilities))
        asked = {line.split('\t')[0] for line in told.splitlines() if '\t' in line}
        asked -= found | set(names)
        found |= asked
    return found

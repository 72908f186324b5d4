# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages of client and kernel that are installed, and what is held or locked."""

_DPKG_GLOBS = ['*lustre*', 'linux-*']
_RPM_GLOBS = ['*lustre*', 'kernel*', 'kmod-*']
_DPKG = r'${Package}\t${Version}\t${Architecture}\t${db:Status-Status}\n'
_RPM = r'%{NAME}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\t%{ARCH}\tinstalled\n'
_REQUIRES = (r'[%{=NAME}\t%{=EPOCHNUM}:%{=VERSION}-%{=RELEASE}\t%{=ARCH}'
             r'\t%{REQUIRENAME}\t%{REQUIREVERSION}\n]')
_LOCKS = '/etc/dnf/plugins/versionlock.list'
# What a kernel module provides beside its name, by the thousand; other modules require these.
_SYMBOLS = ('kernel(', 'ksym(')


def client(system):
    """Return {packages, held, bound}."""
    if system.ask(['apt-get', '--version']) is not None:
        told = system.printed(['dpkg-query', '-W', '-f', _DPKG] + _DPKG_GLOBS)
        return {'packages': _packages(told),
                'held': system.printed(['apt-mark', 'showhold']).split(), 'bound': []}
    packages = _packages(system.printed(['rpm', '-qa', '--qf', _RPM] + _RPM_GLOBS))
    modules = _kernel_modules(system)
    dependents = _dependents(system, modules)
    return {'packages': packages + [found for found in dependents if found not in packages],
            'held': _locks(system.read(_LOCKS)),
            'bound': sorted(modules | {package['name'] for package in dependents})}


def _packages(told):
    rows = [line.split('\t') for line in told.splitlines()]
    return [_package(row) for row in sorted(rows) if len(row) == 4 and row[3] == 'installed']


def _package(row):
    return {'name': row[0], 'version': row[1], 'arch': row[2]}


def _locks(text):
    return [line.strip() for line in text.splitlines()
            if line.strip() and not line.strip().startswith('#')]


def _kernel_modules(system):
    """Return the names of packages of kernel modules: kmod-libs has only the name of one."""
    told = system.printed(['rpm', '-qa', '--qf', _REQUIRES, 'kmod-*'])
    rows = [line.split('\t') for line in told.splitlines()]
    return {row[0] for row in rows if len(row) == 5 and row[3].startswith('kernel')}


def _dependents(system, names):
    """Return the packages that require a version of one of `names`, and so on.

    While those are locked, a newer one of these that wants a newer one of those would fail
    every update (field-reports L19).
    """
    found, known = [], set(names)
    while names:
        told = system.printed(['rpm', '-q', '--provides'] + sorted(names))
        provided = {line.split()[0] for line in told.splitlines()
                    if line.strip() and not line.startswith(_SYMBOLS)}
        if not provided:
            break
        told = system.printed(['rpm', '-q', '--whatrequires', '--qf', _REQUIRES]
                              + sorted(provided))
        rows = [line.split('\t') for line in told.splitlines()]
        new = {tuple(row[:3]) for row in rows
               if len(row) == 5 and row[3] in provided and row[4] and row[0] not in known}
        found += [_package(row) for row in sorted(new)]
        names = {row[0] for row in new}
        known |= names
    return found

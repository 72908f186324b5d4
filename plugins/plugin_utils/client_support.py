# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which client a host needs, or why it cannot have one: the table, applied to its facts."""

import re

from ..module_utils.client.machine import distribution
from ..module_utils.client.version import key, within


class Unsupported(Exception):
    """The one sentence, and what to do."""

    def __init__(self, row, text):
        super().__init__(text)
        self.row = row


def support(facts, platforms, core):
    """Return what to install, or the refusal; facts: os_release (text) or all of client_facts.

    Without a kernel among the facts only the distribution is judged.
    """
    answer = {'refusal': None, 'row': None, 'notes': []}
    try:
        rows = _rows(facts, platforms, core)
        if 'kernel' in facts:
            answer.update(_client(facts, rows))
        else:
            answer['row'] = rows[0]['name']
    except Unsupported as problem:
        answer.update(refusal=str(problem), row=problem.row)
    return answer


def _rows(facts, platforms, core):
    """Return the rows of the host's distribution, when they can be served at all."""
    os = facts['os'] if 'os' in facts else distribution(facts['os_release'])
    rows = [row for row in platforms if os['id'] in row['ids']
            and within(os['version'], row['version'], row['version'])]
    if not rows:
        raise Unsupported(None, (
            '%s is not supported: no client for it is in the table of this role. Use one of %s.'
            % (os['name'] or 'A host without /etc/os-release',
               ', '.join(row['name'] for row in platforms if 'refuse' not in row))))
    first = rows[0]
    if 'refuse' in first:
        raise Unsupported(first['name'], '%s is not supported: %s' % (
            first['name'], first['refuse']))
    newest = first.get('newest_core')
    if newest and not within(core, '0', newest['version']):
        raise Unsupported(first['name'], (
            '%s cannot be managed by ansible-core %s: modules of a core newer than %s do not run on'
            ' its Python %s. Run the role from ansible-core %s, or take a newer release of the'
            ' distribution.'
            % (first['name'], core, newest['version'], newest['python'], newest['version'])))
    return rows


def _client(facts, rows):
    kernel = facts['kernel']['wanted']
    row, version = _row_of(kernel, facts, rows)
    _check_updates(facts, row)
    found = next((entry for entry in row['kernels']
                  if within(version, entry['from'], entry['to'])), None)
    if found is None or 'refuse' in found:
        why = found['refuse'] if found else 'it is not in the table'
        raise Unsupported(row['name'], '%s has no client for kernel %s: %s. %s' % (
            row['name'], kernel, why, _what_to_do(row)))

    def named(names):
        return [name.replace('{release}', kernel) for name in names]

    return {
        'row': row['name'],
        'kernel': kernel,
        'client': found['client'],
        'manager': row['manager'],
        'suite': row.get('suite'),
        'repository': found.get('repository'),
        'packages': named(row['packages']),
        'follow': named(row.get('follow', [])),
        'requires': row['requires'],
        'holds': row['holds'].replace('{release}', re.escape(kernel)),
        'notes': _notes(facts, row, found),
    }


def _row_of(kernel, facts, rows):
    """Return the row whose kernels are named like this one, and the kernel's version."""
    for row in rows:
        named = re.fullmatch(row['release'], kernel)
        if not named:
            continue
        arch = named.groupdict().get('arch') or facts['arch']
        if arch != facts['arch']:
            raise Unsupported(row['name'], (
                'Kernel %s is not for this host, which is %s. Set file_cache_client_kernel to a'
                ' kernel for %s.' % (kernel, facts['arch'], facts['arch'])))
        if arch not in row['arch']:
            raise Unsupported(row['name'], '%s has no client for %s, only for %s. %s' % (
                row['name'], arch, ' and '.join(row['arch']), _what_to_do(row)))
        if kernel == facts['kernel']['running'] and facts['page_size'] != row.get(
                'page_size', facts['page_size']):
            raise Unsupported(row['name'], (
                '%s needs pages of %d bytes, this host has %d. Boot its kernel for such pages.'
                % (row['name'], row['page_size'], facts['page_size'])))
        return row, named.group('version')
    raise Unsupported(rows[0]['name'], (
        '%s has no client for kernel %s: it is not one of the kernels that clients are built for.'
        ' %s' % (rows[0]['name'], kernel, _what_to_do(rows[-1]))))


def _check_updates(facts, row):
    if row.get('base_kernels_only') and facts['eus']:
        raise Unsupported(row['name'], (
            '%s with Extended Update Support is not supported (enabled: %s): clients are built for'
            ' kernels of BaseOS only. Disable these repositories and boot a kernel of BaseOS.'
            % (row['name'], ', '.join(facts['eus']))))


def _what_to_do(row):
    ranges = [_range(entry) for entry in row['kernels'] if 'refuse' not in entry]
    return ('Supported there: %s. Boot one of these, or set file_cache_client_kernel to one that is'
            ' installed and boots next.' % ', '.join(ranges))


def _range(entry):
    first, last = entry['from'], entry['to']
    if key(first)[:len(key(last))] != key(last):
        return '%s to %s' % (first, last)
    return first if first == last else '%s and later of %s' % (first, last)


def _notes(facts, row, found):
    """Return what a person should know although nothing is wrong yet."""
    kernel, os, notes = facts['kernel'], facts['os'], []
    if kernel['next'] and kernel['next'] != kernel['running']:
        notes.append('A reboot is pending: %s runs, %s boots next.' % (
            kernel['running'], kernel['next']))
    elif found.get('repository') and key(os['version']) > key(found['repository']):
        notes.append('A reboot is pending: os-release says %s, the kernel %s is of %s.' % (
            os['version'], kernel['wanted'], found['repository']))
    return notes

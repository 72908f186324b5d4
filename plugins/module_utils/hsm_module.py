# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules share: Ansible's parameters to the engine's options, its summary back."""

import re

from .hsm.errors import Refused
from .hsm.options import DEFAULTS, Options
from .hsm.run import run
from .hsm.tally import OUTCOMES, exit_code, refused
from .parameters import absolute_path, absolute_paths, words

# One table maps the words (design.md, Interfaces).
VERBS = {
    'archived': 'archive',
    'evicted': 'evict',
    'hydrated': 'hydrate',
    'refreshed': 'refresh',
}
SELECTION_TUNING = ('timeout', 'stall_timeout', 'jobs', 'error_limit', 'max_report')
# Options of the command that are not called the same in snake case.
OWN_WORDS = {'recursive': 'recurse', 'include': 'patterns', 'exclude': 'excludes',
             'null': 'from_null'}
# Parameters that are options of the engine under the same name.
SAME_WORDS = ('older_than', 'newer_than', 'shard', 'resend', 'dirty', 'no_wait', 'skips_ok',
              'max_in_flight', 'quiet_period', 'reserve') + SELECTION_TUNING


def tuning_spec(*names):
    """The arguments of tuning options, with the engine's own defaults."""
    kinds = {name: str if name == 'reserve' else int for name in names}
    return {name: dict(type=kind.__name__, default=kind(DEFAULTS[name]))
            for name, kind in kinds.items()}


def selection_spec():
    """The arguments of the doc fragment selection."""
    spec = {
        'path': dict(type='raw', required=True),
        'recurse': dict(type='bool', default=False),
        'patterns': dict(type='raw', default=[]),
        'excludes': dict(type='raw', default=[]),
        'from': dict(type='raw'),
        'from_null': dict(type='bool', default=False),
        'older_than': dict(type='str'),
        'newer_than': dict(type='str'),
        'shard': dict(type='str'),
    }
    spec.update(tuning_spec(*SELECTION_TUNING))
    return spec


def perform(module, verb, dry_run=False):
    """Run a verb with the module's parameters.

    Returns its summary, whether the module has to fail, and what happened as a sentence.
    """
    try:
        options = _options(module.params, verb, dry_run)
        summary = run(options)
    except Refused as problem:
        message = _in_module_words(str(problem))
        return refused(verb, message, dry_run=dry_run), True, message
    sentence = _sentence(summary)
    failed = exit_code(summary, options) != 0
    if failed and module.params.get('advisory'):
        module.warn(sentence)
        failed = False
    return summary, failed, sentence


def has_changed(summary):
    """Whether files were moved, or asked to move without waiting."""
    outcomes = summary['outcomes']
    return outcomes['done'] > 0 or summary['reasons']['pending'].get('no_wait', 0) > 0


def diff_of_states(summary):
    """The files and bytes in each state as text, for diff mode."""
    return {when: ''.join(
        '%s: %d files, %d bytes\n' % (state, count['files'], count['bytes'])
        for state, count in sorted(summary['states'][when].items()) if count['files'])
        for when in ('before', 'after')}


def _options(params, verb, dry_run):
    named = {name: params[name] for name in SAME_WORDS if name in params}
    return Options(
        verb, absolute_paths(params['path'], 'path'), recursive=params['recurse'],
        include=words(params['patterns'], 'patterns'),
        exclude=words(params['excludes'], 'excludes'),
        list_file=absolute_path(params['from'], 'from'), null=params['from_null'],
        manifest_file=absolute_path(params.get('manifest'), 'manifest'),
        dry_run=dry_run, **named)


def _in_module_words(message):
    """The engine speaks of the command's options; name the module's instead."""
    return re.sub('--([a-z][a-z-]*)', lambda found: OWN_WORDS.get(
        found.group(1), found.group(1).replace('-', '_')), message)


def _sentence(summary):
    """What happened, or what there is, in one line."""
    files = summary['matched']['files']
    text = '%s: %d %s, %d bytes: %s.' % (
        summary['verb'], files, 'file' if files == 1 else 'files', summary['matched']['bytes'],
        ', '.join(_states(summary) if summary['outcomes'] is None else _outcomes(summary))
        or 'nothing to do')
    return ' '.join(part for part in (text, summary['error']) if part)


def _states(summary):
    states = summary['states']['before']
    return ['%d %s' % (states[state]['files'], state)
            for state in sorted(states) if states[state]['files']]


def _outcomes(summary):
    parts = []
    for outcome in OUTCOMES:
        number = summary['outcomes'][outcome]
        if number:
            reasons = summary['reasons'].get(outcome, {})
            why = ', '.join('%s %d' % (name, reasons[name]) for name in sorted(reasons))
            parts.append('%d %s%s' % (number, outcome, ' (%s)' % why if why else ''))
    return parts

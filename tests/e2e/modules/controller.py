# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real ansible and ansible-playbook runs on one host, this one."""

import json
import os
import pathlib
import subprocess
from collections import namedtuple

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
SECONDS = 180


class Failed(Exception):
    """Ansible itself did not do its work; the text holds all that it said."""


# said: all that Ansible wrote.
Outcome = namedtuple('Outcome', 'results changed failed said')


class Controller:
    """An ansible-core, and the Python that its modules run on.

    environment: folder of the virtual environment; python: the target's interpreter;
    enter: words before each command, which bring it to another namespace.
    """

    def __init__(self, environment, python, folder, variables, enter=()):
        self.environment = environment
        self.enter = list(enter)
        self.folder = folder
        self.variables = dict(
            variables,
            HOME=str(folder),
            ANSIBLE_COLLECTIONS_PATH=str(ROOT / 'build' / 'collections'),
            ANSIBLE_NOCOLOR='1',
            ANSIBLE_LOCALHOST_WARNING='False',
            ANSIBLE_INVENTORY_UNPARSED_WARNING='False',
            LC_ALL='C.UTF-8',
        )
        self.inventory = folder / 'hosts.yml'
        self.inventory.write_text(yaml.safe_dump({'all': {'hosts': {'worker': {
            'ansible_connection': 'local', 'ansible_python_interpreter': python}}}}))

    def run(self, *words, **more):
        """Run one of the environment's commands; return the finished process."""
        done = subprocess.run(
            self.enter + [os.path.join(self.environment, 'bin', words[0])] + list(words[1:]),
            cwd=str(self.folder), env=dict(self.variables, **more), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True,
            timeout=SECONDS)
        said = done.stdout + done.stderr
        assert 'WARNING' not in said and 'DEPRECAT' not in said, said
        return done

    def adhoc(self, module, arguments, *options):
        """Run `ansible worker -m MODULE -a ARGUMENTS` as people do; return (status, text)."""
        done = self.run('ansible', '-i', str(self.inventory), 'worker', '-m',
                        'renderfarm.file_cache.' + module, '-a', arguments, *options)
        return done.returncode, done.stdout + done.stderr

    def plays(self, *tasks, **how):
        """Run tasks in a playbook; return its Outcome on the host.

        how: check, diff.
        """
        playbook = self.folder / 'play.yml'
        playbook.write_text(yaml.safe_dump(
            [{'hosts': 'worker', 'gather_facts': False, 'tasks': list(tasks)}]))
        done = self.run(
            'ansible-playbook', '-i', str(self.inventory), str(playbook),
            *['--' + name for name in ('check', 'diff') if how.get(name)],
            ANSIBLE_STDOUT_CALLBACK='ansible.posix.json')
        try:
            report = json.loads(done.stdout)
        except ValueError:
            raise Failed(done.stdout + done.stderr) from None
        results = [task['hosts']['worker'] for task in report['plays'][0]['tasks']]
        stats = report['stats']['worker']
        return Outcome(results, bool(stats['changed']), bool(stats['failures']), done.stdout)

    def play(self, *tasks, **how):
        """Run tasks in a playbook; return the result of the last one that ran."""
        return self.plays(*tasks, **how).results[-1]

    def module(self, module, check=False, diff=False, **params):
        """Run one module in a playbook; return its result."""
        return self.play({'name': 'Run', 'renderfarm.file_cache.' + module: params},
                         check=check, diff=diff)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role tunes for a host of which size, by the script that does it, run with /bin/sh.

The table is rendered from the role's own template and variables; the paths of the machine and
its programs are those of the test.
"""

import subprocess

import jinja2
import pytest
import yaml
from ansible_collections.renderfarm.file_cache.tests.repo.tree import ROOT

ROLE = ROOT / 'roles' / 'file_cache_client'
DEFAULTS = yaml.safe_load((ROLE / 'defaults' / 'main.yml').read_text())
TABLE = yaml.safe_load((ROLE / 'vars' / 'main.yml').read_text())['__file_cache_client_tuning']

GIB = 1 << 20  # kB, as /proc/meminfo counts
# filecache-and-peers A1.3.
OPTIONS = 'options ptlrpc ptlrpcd_per_cpt_max=32\noptions ksocklnd credits=2560\n'
RPCS = ['osc.*OST*.max_rpcs_in_flight=32', 'mdc.*.max_rpcs_in_flight=64',
        'mdc.*.max_mod_rpcs_in_flight=50']
LRU = 'ldlm.namespaces.*.lru_max_age=600000'


class Machine:
    """calls: what was asked of lctl and modprobe; options: the file of module options."""

    def __init__(self, folder):
        self.folder = folder
        for name in ('bin', 'etc/file-cache', 'etc/modprobe.d', 'proc', 'sys/module'):
            (folder / name).mkdir(parents=True)
        self.options = folder / 'etc' / 'modprobe.d' / 'file-cache-lustre.conf'
        script = (ROLE / 'files' / 'file-cache-tuning').read_text()
        for name in ('etc', 'proc', 'sys'):
            script = script.replace('/%s/' % name, '%s/%s/' % (folder, name))
        (folder / 'tuning').write_text(script)
        self.program('getconf', '[ "$*" = _NPROCESSORS_ONLN ] && cat "%s/cpus"' % folder)
        for name in ('lctl', 'modprobe'):
            self.program(name, '{ printf "%%s" %s; printf " <%%s>" "$@"; echo; } >> "%s/calls"'
                         % (name, folder))
        self.size()
        self.write()

    def program(self, name, text):
        path = self.folder / 'bin' / name
        path.write_text('#!/bin/sh\n%s\n' % text)
        path.chmod(0o755)

    def size(self, cpus=8, memory=32 * GIB):
        (self.folder / 'cpus').write_text('%d\n' % cpus)
        (self.folder / 'proc' / 'meminfo').write_text(
            'MemTotal:       %d kB\nMemFree:         1024 kB\nSwapTotal: 99999999999 kB\n' % memory)

    def write(self, **variables):
        """Render the table with variables of the role."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(str(ROLE / 'templates')), trim_blocks=True,
            keep_trailing_newline=True, undefined=jinja2.StrictUndefined)
        environment.filters.update(comment=lambda text: '#\n# %s\n#' % text, bool=bool)
        (self.folder / 'etc' / 'file-cache' / 'tuning.conf').write_text(
            environment.get_template('tuning.conf.j2').render(
                dict(DEFAULTS, ansible_managed='Ansible managed', __file_cache_client_tuning=TABLE,
                     **variables)))

    def run(self, *words, code=0):
        """Run the script; return what it said."""
        (self.folder / 'calls').write_text('')
        ended = subprocess.run(
            ['/bin/sh', str(self.folder / 'tuning')] + list(words), check=False,
            env={'PATH': '%s:/usr/bin:/bin' % (self.folder / 'bin')}, cwd=str(self.folder),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert ended.returncode == code, ended.stdout.decode()
        return ended.stdout.decode()

    @property
    def calls(self):
        return (self.folder / 'calls').read_text().splitlines()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.mark.parametrize('cpus, large', [(1, False), (63, False), (64, False), (65, True),
                                         (192, True)])
def test_options_of_the_modules(machine, cpus, large):
    """A1.3: more than 64 CPUs."""
    machine.size(cpus=cpus)
    machine.run('boot')
    assert (machine.options.read_text() if machine.options.exists() else '') == (
        OPTIONS if large else '')


@pytest.mark.parametrize('memory, large', [
    (GIB, False), (63 * GIB, False), (64 * GIB, False), (64 * GIB + 1, True), (768 * GIB, True)])
def test_parameters_of_a_mount(machine, memory, large):
    """A1.3: always the three, and the age of locks with more than 64 GiB."""
    machine.size(memory=memory)
    machine.run('mounted')
    called, = machine.calls
    assert called.startswith('lctl <set_param> ')
    assert sorted(called.replace('<', '').replace('>', '').split()[2:]) == sorted(
        RPCS + ([LRU] if large else []))


def test_a_machine_that_shrank_loses_the_options_of_a_large_one(machine):
    """An image is baked on one machine and booted on another."""
    machine.size(cpus=96)
    machine.run('boot')
    assert machine.options.exists()
    machine.size(cpus=8)
    machine.run('boot')
    assert not machine.options.exists()
    assert list(machine.options.parent.iterdir()) == []


def test_options_that_come_too_late_are_said_once(machine):
    machine.size(cpus=96)
    (machine.folder / 'sys' / 'module' / 'ptlrpc').mkdir()
    assert 'takes effect when they are loaded again' in machine.run('boot')
    before = machine.options.stat()
    assert machine.run('boot') == ''
    assert machine.options.stat() == before


def test_lnet_is_up_before_another_takes_its_port(machine):
    machine.run('boot')
    assert machine.calls == ['modprobe <lnet>', 'lctl <network> <up>']
    machine.write(file_cache_client_early_lnet=False)
    machine.run('boot')
    assert machine.calls == []


def test_lnet_that_does_not_load_fails_no_boot(machine):
    """The first mount tries again, and has a diagnosis."""
    machine.program('modprobe', 'echo "modprobe: FATAL: Module lnet not found." >&2; exit 1')
    said = machine.run('boot')
    assert 'Module lnet not found' in said and 'the first mount will try again' in said
    assert machine.calls == []


def test_ones_own_parameters_and_networks_are_for_every_size(machine):
    machine.write(file_cache_client_lctl_params={'llite.*.max_read_ahead_mb': 256},
                  file_cache_client_lnet_networks='tcp(eth1)')
    machine.size(cpus=2, memory=GIB)
    machine.run('mounted')
    assert '<llite.*.max_read_ahead_mb=256>' in machine.calls[0]
    machine.run('boot')
    assert machine.options.read_text() == 'options lnet networks="tcp(eth1)"\n'


def test_without_tuning_nothing_is_set(machine):
    machine.write(file_cache_client_tuning=False,
                  file_cache_client_lctl_params={'llite.*.max_read_ahead_mb': 256})
    machine.size(cpus=96, memory=768 * GIB)
    machine.run('mounted')
    assert machine.calls == []
    machine.run('boot')
    assert not machine.options.exists()


def test_a_parameter_is_no_pattern_of_file_names(machine):
    """The words have stars, and a unit runs where files may lie."""
    for name in ('osc.xOSTx.max_rpcs_in_flight=32', 'mdc.x.max_rpcs_in_flight=64'):
        (machine.folder / name).write_text('')
    machine.run('mounted')
    assert '<osc.*OST*.max_rpcs_in_flight=32>' in machine.calls[0]


def test_a_parameter_that_is_refused_fails_the_unit(machine):
    machine.program('lctl', 'echo "error: set_param: no such parameter" >&2; exit 2')
    assert 'no such parameter' in machine.run('mounted', code=2)


def test_a_server_that_grants_less_fails_no_unit(machine):
    """As Lustre 2.17 says it, where the server's max_mod_rpcs_per_client is the default, 8."""
    machine.program('lctl', 'echo "error: set_param: setting mdc/x/max_mod_rpcs_in_flight=50: '
                            'Numerical result out of range" >&2; exit 34')
    assert 'the one of before stays' in machine.run('mounted')


@pytest.mark.parametrize('words', [(), ('bogus',), ('--help',)])
def test_what_it_takes_is_said(machine, words):
    assert machine.run(*words, code=2) == 'Usage: file-cache-tuning boot|mounted\n'

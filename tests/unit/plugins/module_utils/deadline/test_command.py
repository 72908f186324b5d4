# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""deadlinecommand is found, asked and given up in time."""

import os
import stat
import sys

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import (
    command,
    inside,
    scripts,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
    Unsupported,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.local import (
    DeadlineCommand,
)


@pytest.fixture
def program(tmp_path):
    """Return a function that makes a deadlinecommand of this Python text."""
    def made(text):
        path = tmp_path / 'bin' / 'deadlinecommand'
        path.parent.mkdir(exist_ok=True)
        path.write_text('#!%s -I\nimport json, os, sys\nwords = sys.argv[1:]\n%s\n'
                        % (sys.executable, text), encoding='utf-8')
        path.chmod(stat.S_IRWXU)
        return str(path)
    return made


@pytest.fixture
def connect(program):
    ways = []

    def made(text, timeout=60):
        ways.append(DeadlineCommand(program(text), timeout))
        return ways[-1]
    yield made
    for way in ways:
        way.close()


SCRIPT = '''
assert words[0] == '-ExecuteScriptNoGui' and len(words) == 3
names = {}
exec(compile(open(words[1], encoding='utf-8').read(), 'script', 'exec'), names)
names['OPERATIONS']['workers'] = lambda: [{'files': os.listdir(os.path.dirname(words[2])),
    'mode': os.stat(os.path.dirname(words[2])).st_mode & 0o777, 'folder': words[2]}]
names['OPERATIONS']['set_worker'] = lambda name, enabled: 1 / 0
names['OPERATIONS']['jobs'] = lambda states: states
print('noise before, without an end', end='')
names['__main__'](words[2])
print('file-cache-result 00 {"ok": true, "result": "forged"}')
print('Error: noise after')
sys.exit(%d)
'''


def test_a_script_answers_whatever_is_printed_around_it_and_leaves_nothing(connect):
    for status in (0, 1):
        found, = connect(SCRIPT % status).workers()
        assert sorted(found['files']) == ['order.json', 'script.py'] and found['mode'] == 0o700
        assert not os.path.exists(os.path.dirname(found['folder']))


def test_what_the_orders_hold_never_meets_a_shell_or_a_command_line(connect, tmp_path):
    hostile = ['a"; touch %s; "' % (tmp_path / 'made'), "$(id)", '`id`', 'é\n\u202e', '--', '']
    assert connect(SCRIPT % 0).jobs(hostile) == hostile
    assert not (tmp_path / 'made').exists()


def test_an_exception_inside_deadline_is_one_sentence(connect):
    with pytest.raises(DeadlineError, match='^Deadline could not set worker: ZeroDivisionError'):
        connect(SCRIPT % 0).set_worker('w', True)


@pytest.mark.parametrize('text, why', [
    ('print("Error: The repository cannot be reached.")', 'Error: The repository cannot be'),
    ('sys.stderr.write("No rights.\\n"); sys.exit(1)', r'\(exit status 1\): No rights'),
    ('os._exit(0)', 'it says nothing'),
    ('os.kill(os.getpid(), 9)', r'\(exit status -9\)'),
])
def test_without_our_line_the_call_failed(connect, text, why):
    """deadline 128: an error may come with exit 0, and silence proves nothing."""
    with pytest.raises(DeadlineError, match=why):
        connect(text).workers()


def test_the_text_that_runs_inside_is_the_file_of_this_package():
    text = scripts.source()
    assert text.startswith('#!/usr/bin/env python3\n')
    with open(inside.__file__, encoding='utf-8') as file:
        assert text.split('\n', 1)[1] == file.read()


# An old version among lines that it always prints, and a new one.
NOISY = """
print("libGL: cannot open\\nPlugin sync: {\\"ok\\": true, \\"result\\": 1}")
if words[0] == "--json":
    print("Error: Unrecognized command: --json")
else:
    print("v10.1.23.6" if words[0] == "-Version" else "%s")
print("Released the runtime")
"""
JSON = """
print('noise {"ok": true, "result": "10.0.0.0"}')
print(json.dumps({"ok": True, "result": "v10.4.2.3" if words[1] == "Version" else %s}))
"""


@pytest.mark.parametrize('text, value', [
    ('print("aws-usw2" if words[0] != "-Version" else "")', 'aws-usw2'),
    (NOISY % 'aws-usw2', 'aws-usw2'),
    (NOISY % '', ''),
    ('sys.stderr.write("ERROR: ld.so: object cannot be preloaded\\n"); print(words[-1])', 'Region'),
    (JSON % '"aws-usw2"', 'aws-usw2'),
    (JSON % '""', ''),
    (JSON % 'None', ''),
])
def test_one_value_of_old_and_new_versions(connect, text, value):
    assert connect(text).client_setting('Region') == value


@pytest.mark.parametrize('text, why', [
    ('print("Error: no such key")', 'Error: no such key'),
    ('sys.exit("no rights")', 'no rights'),
    ('print(json.dumps({"ok": words[1] == "Version", "result": "10.2.1.1 no such key"}))',
     'no such key'),
])
def test_a_failed_sub_command_says_why(connect, text, why):
    with pytest.raises(DeadlineError, match='GetIniFileSetting failed .*' + why):
        connect(text).client_setting('Region')


def test_a_line_that_may_be_the_answer_or_not_is_no_answer(connect):
    text = 'import time; print(time.time()); print(words[0])'
    with pytest.raises(DeadlineError, match=r'cannot be told: .* \| GetIniFileSetting'):
        connect(text).client_setting('Region')


def test_the_words_of_a_setting_are_arguments(connect, tmp_path):
    way = connect('print("noise" if words[0] in ("--json", "-Version") else json.dumps(words))')
    assert 'SetIniFileSetting' in way.command.ask(['SetIniFileSetting', '$(id)', '', 'AllUsers'])
    assert way.command.ask(['A', '$(id) "x"']) == '["A", "$(id) \\"x\\""]'


def test_the_environment_reaches_it_with_a_home(program):
    path = program('print(os.environ["HOME"], os.environ["DEADLINE_CONFIG"])')
    way = command.Command(path, variables={'DEADLINE_CONFIG': 'here'})
    said = way.call(['Version']).out
    way.close()
    assert said.split() == [os.path.expanduser('~'), 'here']


def test_one_that_does_not_answer_is_ended_in_time(connect):
    way = connect('import time; time.sleep(600)', timeout=1)
    with pytest.raises(DeadlineError, match='did not answer within 1 seconds'):
        way.version()


def test_the_version(connect):
    assert connect('print("Deadline Command v10.3.2.1 Release")').version() == '10.3.2.1'


def test_it_is_found_where_installers_put_it(program):
    path = program('')
    folder = os.path.dirname(path)
    assert command.find(path, {}) == path == command.find(folder, {})
    assert command.find(None, {'DEADLINE_PATH': folder}) == path
    assert command.find(None, {'PATH': 'relative:/nowhere:' + folder}) == path


# A client of a Remote Connection Server: folders are the server's (deadline 8).
REMOTE = """
import types
class Config:
    def GetConfigEntryWithDefault(self, key, default):
        return {'State': 'Opt-In'}.get(key, default)
class RepositoryUtils:
    GetEventPluginDirectory = staticmethod(lambda name: '/only/there/' + name)
    GetEventPluginConfig = staticmethod(lambda name: Config())
for name in ('Deadline', 'Deadline.Scripting'):
    sys.modules[name] = types.ModuleType(name)
sys.modules['Deadline.Scripting'].RepositoryUtils = RepositoryUtils
if 'ExecuteScriptNoGui' in words[0]:
    names = {}
    exec(compile(open(words[1], encoding='utf-8').read(), 'script', 'exec'), names)
    names['__main__'](*words[2:])
elif 'GetEventPluginNames' in words:
    found = ['FileCacheHandler', 'Spot']
    print(json.dumps({'ok': True, 'result': found}) if words[0] == '--json' else 'noise'
          + ''.join('\\n' + name for name in found))
elif words[0] == '--json' and not %s:
    print('Error: Unrecognized command: --json')
else:
    print(json.dumps({'ok': True, 'result': 'v10.4.2.3'}) if words[0] == '--json' else 'noise')
"""


@pytest.mark.parametrize('new', [False, True])
def test_a_plugin_whose_folder_is_elsewhere_is_known_by_its_name(connect, new):
    way = connect(REMOTE % new)
    found = way.event_plugin('FileCacheHandler', ['State', 'Paths'])
    assert (found['known'], found['param'], found['meta']) == (True, None, None)
    assert found['settings'] == {'State': 'Opt-In', 'Paths': None}
    assert way.event_plugin('Other')['known'] is False


@pytest.mark.parametrize('named', ['deadlinecommand', '/nowhere', '/etc/passwd'])
def test_one_that_is_not_there_is_one_sentence(named):
    with pytest.raises(DeadlineError, match='There is no deadlinecommand that can be executed'):
        command.find(named, {})


def test_what_it_cannot_do_is_said_with_what_can(connect):
    with pytest.raises(Unsupported, match='cannot replace all settings .* Use transport rcs'):
        connect('').replace_event_plugin('FileCacheHandler', {})

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What helper jobs are told: command lines, job files, the last step."""

import shlex
import subprocess
import types

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.deadline_side import loader
from hypothesis import given
from hypothesis import strategies as st

plugin = loader.load(loader.PLUGIN)

WHOLE = {'Paths': 'assets=Z:\\assets', 'Caches': 'fc-1', 'CachePaths': '/mnt/cache/nas 1/assets',
         'FilerPaths': '/export/assets', 'FilerPool': 'onprem'}


def read(said):
    settings, problems = plugin.read_settings(said.get)
    assert problems == []
    return settings


def plan(names=(), cover=None, pools=('', ''), group='', **said):
    settings = read(dict(WHOLE, **said))
    root = plugin.roots_of(settings)[0][0]
    scope = plugin.scope_of(settings, root)
    return plugin.plan_for(root, settings, scope, names, cover, list(pools), group), settings


def steps(**said):
    made, settings = plan(**said)
    return plugin.steps_of(made, settings, 'abc123')


def line(name='refresh', **said):
    return next(step.line('5ab') for step in steps(**said) if step.name == name)


def test_the_chain_of_scope_changed():
    assert [step.name for step in steps()] == ['scan', 'refresh', 'last']
    assert [(step.pool, step.parts) for step in steps()] == [('onprem', 1), ('', 8), ('onprem', 1)]
    assert line('scan', FailurePolicy='strict') == (
        "/opt/file-cache/bin/file-cache scan '/export/assets' --cache fc-1 --list abc123")
    assert line(FailurePolicy='strict') == (
        "sudo -n /opt/file-cache/bin/file-cache refresh @assets --shard <STARTFRAME>/8 "
        "--missing-ok --from - -0 < '/mnt/cache/nas 1/assets/.file-cache/abc123.changes' "
        "&& echo file-cache-complete abc123 <STARTFRAME>/8 || test $? -eq 3")
    assert line('last') == (
        "'/opt/Thinkbox/Deadline10/bin/deadlinecommand' -ExecuteScriptNoGui \"<AUXFILE0>\" "
        "last-step '/export/assets' fc-1 abc123 5ab 8")


def test_hydrate_alone_moves_no_baseline():
    """It leaves stale files as they are, and they must not be forgotten."""
    assert [step.name for step in steps(CacheEviction='False')] == ['scan', 'refresh']


def test_scope_root_and_a_bare_path():
    assert line(Scope='root', RefreshTimeout='60', StallTimeout='5').startswith(
        'sudo -n /opt/file-cache/bin/file-cache refresh @assets --shard <STARTFRAME>/8 '
        '--timeout 60 --stall-timeout 5 -r && echo')
    assert " evict 'Z:/digital assets' " in line(
        Paths='Z:\\digital assets\\', CacheHydration='False', Scope='root')


def test_automatic_is_root_where_no_host_sees_the_filer():
    assert [step.name for step in steps(FilerPaths='')] == ['refresh']
    assert ' -r ' in line(FilerPaths='')
    names = [step.name for step in steps(FilerPool='', FilerGroup='g')]
    assert names == ['scan', 'refresh', 'last']


def test_scope_changed_without_what_it_needs_is_a_sentence():
    with pytest.raises(plugin.Problem, match='Caches and FilerPool or FilerGroup'):
        plan(Scope='changed', Caches='', FilerPool='')


def test_scope_assets_has_no_more_tasks_than_files():
    assert steps(Scope='assets', names=['a', 'b'])[0].parts == 2
    assert ' --missing-ok --from - -0 < "<AUXFILE0>" ' in line(Scope='assets', names=['a'])


def test_a_frame_dependent_render_has_one_task_for_all_its_frames():
    """field-reports D10"""
    made, settings = plan(cover=(-5, 1100), Scope='root')
    step = plugin.steps_of(made, settings, 'abc')[0]
    assert '--shard' not in step.line(None) and 'file-cache-complete abc 1/1' in step.line(None)
    info = dict(plugin.job_info(step, made, settings, 'b', 'u', ''))
    assert (info['Frames'], info['ChunkSize']) == ('-5-1100', '1106')


@pytest.mark.parametrize('policy, status, after', [
    ('strict', 0, 0), ('strict', 3, 0), ('strict', 1, 1), ('strict', 2, 1), ('strict', 127, 1),
    ('lenient', 0, 0), ('lenient', 3, 0), ('lenient', 1, 0), ('lenient', 127, 0)])
@pytest.mark.parametrize('scope', ['root', 'changed'])
def test_exit_status_of_the_line_in_a_real_shell(tmp_path, policy, status, after, scope):
    """Only a whole refresh says so; what was skipped fails no render (deadline 100)."""
    (tmp_path / 'sudo').write_text('#!/bin/sh\nexit %d\n' % status)
    (tmp_path / 'sudo').chmod(0o755)
    (tmp_path / '.file-cache').mkdir()
    (tmp_path / '.file-cache' / 'abc123.changes').write_bytes(b'')
    text = line(FailurePolicy=policy, Scope=scope, CachePaths=str(tmp_path))
    text = text.replace('<STARTFRAME>', '3')
    ended = subprocess.run(['/bin/sh', '-c', text], stdout=subprocess.PIPE, check=False,
                           env={'PATH': '%s:/usr/bin:/bin' % tmp_path})
    assert ended.returncode == after
    said = ended.stdout.decode()
    assert plugin.complete_parts([said], 'abc123') == ({3} if status == 0 else set())
    if policy == 'lenient' and status:
        assert 'exit status %d, the render goes on' % status in said


def test_a_list_that_is_not_there_fails_no_lenient_render(tmp_path):
    for policy, after in (('lenient', 0), ('strict', 1)):
        text = line(FailurePolicy=policy, CachePaths=str(tmp_path)).replace('<STARTFRAME>', '3')
        assert subprocess.call(['/bin/sh', '-c', text], stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL) == after


def test_reports_show_the_line_itself_too():
    """The echo of the command line is no proof, and other parts or lists are not this one."""
    text = line().replace('<STARTFRAME>', '3')
    logs = ['0: INFO: Full Command: "/bin/sh" -c "%s"\r\n' % text,
            '2026: 0: STDOUT: file-cache-complete abc123 4/8\r\n0: INFO: x',
            '0: STDOUT: file-cache-complete abc1234 5/8', None, '']
    assert plugin.complete_parts(logs, 'abc123') == {4}


def test_words_of_a_line_survive_the_shell_as_they_were_meant():
    words = shlex.split(line('last', FilerPaths='/export/my shows & x'))
    assert words[4] == '/export/my shows & x'


def info(step_name='refresh', batch='b', **said):
    made, settings = plan(**said)
    step = next(step for step in plugin.steps_of(made, settings, 'abc')
                if step.name == step_name)
    after = None if step_name == 'scan' else '5ab'
    return dict(plugin.job_info(step, made, settings, batch, 'ann', 'fx', after))


def test_the_helper_says_all_for_itself():
    """Its own frames, a marker, nothing of the render's outputs (deadline 61, 94, 105)."""
    found = info(HelperLimits='a, b', HelperGroup='g', pools=('Cloud', ''), Pools='x,cloud')
    assert (found['Plugin'], found['Frames'], found['ChunkSize']) == ('CommandLine', '1-8', '1')
    assert (found['Pool'], found['Group'], found['LimitGroups']) == ('Cloud', 'g', 'a,b')
    assert found['ExtraInfoKeyValue0'] == 'FileCacheHandlerGenerated=True'
    assert (found['JobDependencies'], found['ResumeOnFailedDependencies']) == ('5ab', 'True')
    assert not [key for key in found if key.startswith(('Output', 'Tile', 'Post', 'Pre'))]
    assert info(FailurePolicy='strict')['ResumeOnFailedDependencies'] == 'False'
    assert 'JobDependencies' not in info('scan')


@pytest.mark.parametrize('pools, own, pool', [
    ('', ('r', ''), 'r'), ('c', ('c', 'd'), 'c'), ('c', ('r', 'C'), 'C'), ('c,d', ('', ''), 'c'),
    ('c', ('none', ''), 'c'), ('', ('', ''), None)])
def test_where_a_helper_runs(pools, own, pool):
    assert info(Pools=pools, pools=own).get('Pool') == pool


def test_plugin_info_captures_what_is_said():
    """Without ShellExecute Deadline shows neither output nor progress (deadline 72)."""
    assert ('ShellExecute', True) in plugin.plugin_info('x')


@given(st.text(), st.text(), st.text())
def test_no_text_of_a_job_makes_a_line_of_its_own(batch, user, department):
    made, settings = plan()
    step = plugin.steps_of(made, settings, 'abc')[1]
    pairs = plugin.job_info(step, made, settings, batch, user, department, '5ab')
    read_back = plugin.JobFile.parse(plugin.file_text(pairs)).pairs
    assert [key for key, _value in read_back] == [key for key, _value in pairs]


def test_helpers_that_may_be_shared_have_one_key():
    keys = [plan(**said)[0].key for said in (
        {}, {}, {'Shards': '9'}, {'FailurePolicy': 'strict'}, {'Scope': 'root'},
        {'CacheEviction': 'False'}, {'cover': (1, 2)}, {'HelperPool': 'x'},
        {'Paths': 'other=/x'}, {'Scope': 'assets', 'names': ['a']},
        {'Scope': 'assets', 'names': ['b']}, {'StallTimeout': '1'})]
    assert keys[0] == keys[1] and len(set(keys)) == len(keys) - 1


class Reports:
    """A repository that has these reports of one job."""

    def __init__(self, logs):
        self._logs = logs

    def GetJobReports(self, job_id):
        assert job_id == '5ab'
        return types.SimpleNamespace(GetAllReports=lambda: list(range(len(self._logs))))

    def GetJobReportLog(self, report):
        return self._logs[report]


@pytest.fixture
def chain(tmp_path):
    place = tmp_path / '.file-cache'
    place.mkdir()
    (place / 'fc-1.manifest').write_text('old')
    (place / 'abc.manifest').write_text('new')
    (place / 'abc.changes').write_text('')

    def run(*numbers, words=('last-step',)):
        logs = ['0: STDOUT: file-cache-complete abc %d/2\n' % number for number in numbers]
        script = loader.load(loader.PLUGIN, RepositoryUtils=Reports(logs))
        script.__main__(*words, str(tmp_path), 'fc-1', 'abc', '5ab', '2')
        assert not (place / 'abc.changes').exists() and not (place / 'abc.manifest').exists()
        return (place / 'fc-1.manifest').read_text()
    return run


def test_the_baseline_moves_when_all_parts_are_whole(chain):
    assert chain(2, 1, 2) == 'new'


@pytest.mark.parametrize('numbers', [(), (1,), (2, 2), (1, 3)])
def test_in_doubt_the_old_baseline_stays(chain, numbers, capsys):
    assert chain(*numbers) == 'old'
    assert 'the baseline stays as it was' in capsys.readouterr().out


def test_the_script_takes_nothing_else(chain):
    with pytest.raises(Exception, match='last-step FOLDER CACHE ID JOB PARTS'):
        chain(1, 2, words=())

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role deadline_filecache on the simulated farm: put in, taken out, and nobody's job breaks."""

import json
import os
import pathlib
import shutil

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.office import ROOTS
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.controller import ROOT

SOURCES = ROOT / 'roles' / 'deadline_filecache' / 'files'
OWNER = (4242, 4343)
SCRIPT = '/opt/file-cache/deadline/FileCacheWriteBack.py'
CLOUD = dict(ROOTS[0], groups=['cloud_linux'])


class Repository:
    """The files of a farm's repository, and the role on it."""

    def __init__(self, office):
        self.office = office
        self.folder = pathlib.Path(office.farm.repository)
        self.plugin = self.folder / 'custom' / 'events' / 'FileCacheHandler'

    def role(self, controller, *states, check=False, diff=False, **variables):
        """Run the role once for each state, in one play."""
        given = dict(dict(repository=str(self.folder), connection=self.office.by_command,
                          roots=ROOTS), **variables)
        tasks = [include(dict(given, state=state)) for state in states or ['present']]
        return controller.plays(*tasks, check=check, diff=diff)

    def files(self):
        """All files that the farm itself does not write."""
        return sorted(str(path.relative_to(self.folder))
                      for path in self.folder.joinpath('custom').rglob('*'))


def include(variables, tasks_from='main'):
    return {'name': 'Run', 'ansible.builtin.include_role': {
        'name': 'renderfarm.file_cache.deadline_filecache', 'tasks_from': tasks_from},
        'vars': {'deadline_filecache_' + name: value for name, value in variables.items()}}


@pytest.fixture
def repository(office):
    """One without our plugin, and whose rules lead to the cache."""
    made = Repository(office)
    shutil.rmtree(str(made.plugin))
    for path in ROOTS[0]['submitted_as']:
        office.farm.map_path(path, linux='/mnt/cache/assets/', region='aws')
    return made


def test_put_in_once_and_taken_out_without_a_trap(controller, repository):
    """deadline 32, 116: rights of the neighbours; a job that names our script still has one."""
    office, folder = repository.office, repository.folder
    shutil.rmtree(str(folder / 'custom'))
    os.chown(str(folder / 'events'), *OWNER)
    folder.joinpath('events').chmod(0o2775)
    predicted = repository.role(controller, check=True, diff=True)
    assert predicted.changed and not predicted.failed, predicted.said
    assert 'Deadline does not know the plugin yet' in predicted.said
    assert repository.files() == []

    first = repository.role(controller)
    assert first.changed and not first.failed, first.said
    assert office.record()['DlInit']['State'] == 'Global Enabled'
    assert office.record()['DlInit']['Paths'].startswith('assets=Z:\\assets\\;assets=/mnt/nfs')
    for path, mode in ((folder / 'custom', 0o2775), (repository.plugin, 0o2775),
                       (repository.plugin / 'FileCacheHandler.py', 0o664)):
        info = path.stat()
        assert (info.st_uid, info.st_gid, info.st_mode & 0o7777) == OWNER + (mode,), path
    assert (folder / 'custom' / 'scripts' / 'Jobs' / 'FileCache.py').exists()
    again = repository.role(controller)
    assert not again.changed and not again.failed, again.said

    script = repository.plugin / 'FileCacheWriteBack.py'
    artist = office.farm.machine('artist')
    jobs = [artist.submit({'Plugin': 'Nuke', 'Name': name, 'Frames': '1', 'PostTaskScript': path},
                          {'Version': '13'})
            for name, path in (('theirs', str(script)), ('by the workers', SCRIPT))]
    off = repository.role(controller, 'absent')
    assert off.changed and not off.failed, off.said
    assert 'These jobs name a task script of ours: by the workers, theirs' in off.said
    assert office.record()['DlInit']['State'] == 'Disabled'
    assert script.read_bytes() == (SOURCES / 'FileCacheWriteBackOff.py').read_bytes()
    assert sorted(path.name for path in repository.plugin.iterdir()) == [
        'FileCacheWriteBack.py', 'folders.json']
    assert json.loads(repository.plugin.joinpath('folders.json').read_text()) == [
        'custom', 'custom/events', 'custom/scripts', 'custom/scripts/Jobs']
    again = repository.role(controller, 'absent')
    assert not again.changed and not again.failed, again.said

    assert not repository.role(controller).failed
    assert script.read_bytes() == (SOURCES / 'FileCacheWriteBack.py').read_bytes()
    artist.do('delete', jobs[0])
    gone = repository.role(controller, 'absent')
    assert not gone.failed and repository.files() == [], gone.said
    assert not folder.joinpath('custom').exists()


def test_what_a_person_has_to_type_is_said_once_and_last(controller, repository):
    """field-reports D19, D20: mappings and regions have no documented call."""
    office = repository.office
    office.farm.worker('stray', groups=['cloud_linux'], region='nowhere').start()
    unmapped = [dict(CLOUD, submitted_as=['X:\\assets\\'])]
    done = repository.role(controller, roots=unmapped)
    assert done.failed and office.record()['DlInit']['State'] == 'Global Enabled'
    said = done.results[-1]['msg']
    assert said.startswith('Everything else is done.')
    assert 'Replace Path "X:\\assets\\", Linux Path "/mnt/cache/assets/", Region "aws"' in said
    assert 'Regions, add "aws"' in said
    let_pass = repository.role(controller, roots=unmapped, missing='warn')
    assert not let_pass.failed and not let_pass.changed, let_pass.said
    assert 'Replace Path' in let_pass.said


def test_the_server_alone_is_enough_and_says_what_it_cannot_tell(controller, repository):
    """deadline 137: what is studio's stays, whatever the way in."""
    office = repository.office
    own = repository.folder / 'custom' / 'events' / 'Own' / 'Own.py'
    own.parent.mkdir()
    own.write_text('theirs')
    before = repository.files()
    connection = office.rcs_by_tls()
    done = repository.role(controller, connection=connection)
    assert not done.failed and 'tells neither whether Deadline lists' in done.said, done.said
    assert office.record()['DlInit']['State'] == 'Global Enabled'
    off = repository.role(controller, 'absent', connection=connection)
    assert not off.failed and 'does not list jobs' in off.said, off.said
    assert office.record()['DlInit']['State'] == 'Disabled'
    assert (repository.plugin / 'FileCacheWriteBack.py').exists()
    gone = repository.role(controller, 'absent')
    assert not gone.failed and repository.files() == before, gone.said


def test_nobody_elses_plugin_is_replaced(controller, office):
    """That of the blog has the same name."""
    repository = Repository(office)
    for path in repository.plugin.iterdir():
        path.write_text('what the blog says')
    before = repository.files()
    for state in ('present', 'absent'):
        done = repository.role(controller, state)
        assert done.failed and 'is not of this collection' in done.said
    assert repository.files() == before
    elsewhere = repository.role(controller, repository='/')
    assert elsewhere.failed and 'so it is not the folder of a Deadline repository' in elsewhere.said




def test_a_task_script_that_others_can_choose_is_refused_at_every_level(make_host):
    """Its path is what runs as the farm's user, who may call the command as root."""
    host, controller = make_host()
    folder = os.path.dirname(SCRIPT)
    host.said('sh', '-c', 'mkdir -p "$1" && chmod 755 /opt/file-cache "$1" && : > "$2"', 'sh',
              folder, SCRIPT)
    levels = ['/opt', '/opt/file-cache', folder, SCRIPT]
    spoil = [(words, level) for level in levels
             for words in ('chmod o+w', 'chmod g+w {0} && chgrp 4343', 'chown 4242')]
    mend = 'chown 0:0 {0} && chmod 755 {0}'
    tasks = []
    for words, level in spoil:
        tasks += [{'name': 'Spoil', 'ansible.builtin.shell': (words + ' {0}').format(level)},
                  {'block': [looked_at()], 'rescue': [
                      {'name': 'Refused', 'ansible.builtin.debug': {
                          'msg': "{{ ansible_failed_result['results'] | default([])"
                                 " | selectattr('failed') | map(attribute='msg') }}"}}]},
                  {'name': 'Mend', 'ansible.builtin.shell': mend.format(level)}]
    done = controller.plays(*tasks + [looked_at()])
    assert not done.failed, done.said
    refused = [result['msg'] for result in done.results
               if isinstance(result.get('msg'), list)]
    assert [(len(said), 'On worker %s is of ' % level in said[0]) for said, (_words, level)
            in zip(refused, spoil)] == [(1, True)] * len(spoil)


@pytest.mark.parametrize('spoil, said', [
    ('mv /opt/file-cache /opt/elsewhere && ln -s elsewhere /opt/file-cache', 'is a link'),
    ('rm %s' % SCRIPT, 'so every task of a job that names it would fail there'),
])
def test_a_path_that_leads_elsewhere_or_nowhere(make_host, spoil, said):
    host, controller = make_host()
    host.said('sh', '-c', 'mkdir -p "$1" && : > "$2" && ' + spoil, 'sh',
              os.path.dirname(SCRIPT), SCRIPT)
    done = controller.plays(looked_at())
    assert done.failed and said in done.said


def looked_at():
    return include({'workers': ['worker']}, tasks_from='trust')

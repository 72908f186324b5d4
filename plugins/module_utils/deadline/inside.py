# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs inside Deadline: the text of this file is the script that deadlinecommand executes.

It stands alone and is valid for the Python 2.7 of old versions too (deadline 189). It gets the
name of a file with its orders, and prints one line that only the asker can know (deadline 132).
What it knows of Deadline's objects are names that public code uses; a value that an older or
newer Deadline has not is null.
"""

import io
import json
import os
import re
import sys

MARK = 'file-cache-result'
# Extra info keys of the event plugin's: on the jobs that it made, and on those that it serves.
GENERATED, STEP, ROOT = ['FileCacheHandler' + name for name in ('Generated', 'Step', 'Root')]
USER_SCRIPT = 'FileCacheUserPostTaskScript'
_SECTION = re.compile(r'(?m)^[ \t]*\[([^\]\r\n]+)\]')
_PATH = re.compile(r'[A-Za-z]:[\\/]|\\\\|/')


def __main__(*args):
    with io.open(args[-1], encoding='utf-8') as file:
        order = json.load(file)
    try:
        answer = {'ok': True, 'result': OPERATIONS[order['operation']](**order['arguments'])}
    # Exceptions of .NET are no Exception in every version of its bridge.
    except BaseException as error:
        answer = {'ok': False, 'error': u'%s: %s' % (type(error).__name__, error)}
    sys.stdout.write('\n%s %s %s\n' % (MARK, order['nonce'], json.dumps(answer)))
    # Deadline's own stdout need not know it.
    getattr(sys.stdout, 'flush', lambda: None)()


def _repository():
    from Deadline.Scripting import RepositoryUtils
    return RepositoryUtils


def _text(value):
    return u'' if value is None else u'%s' % (value,)


def _texts(values):
    """.NET arrays know no methods of lists (deadline 50)."""
    return [_text(value) for value in values or ()]


def _number(value):
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _get(thing, *names):
    """The first of these attributes that there is; names were changed between versions."""
    for name in names:
        value = getattr(thing, name, None)
        if value is not None:
            return value
    return None


def event_plugin(name, keys, known):
    """Settings that are in force, the .param file and whether Deadline calls the plugin.

    known: whether there is such a plugin although its folder may not be seen from this host.
    """
    repository = _repository()
    folder = _text(repository.GetEventPluginDirectory(name))
    found = {'known': known or bool(folder) and os.path.isdir(folder), 'folder': folder,
             'param': None, 'settings': {}, 'meta': None, 'enabled': None}
    if not found['known']:
        return found
    found['meta'] = _meta(name)
    path = os.path.join(folder, name + '.param')
    if os.path.isfile(path):
        with io.open(path, encoding='utf-8-sig', errors='replace') as file:
            found['param'] = file.read()
    config = repository.GetEventPluginConfig(name)
    for key in set(keys) | set(_SECTION.findall(found['param'] or u'')):
        # A default that nobody would set tells "not set" from "empty".
        value = u'\x01' if config is None else _text(config.GetConfigEntryWithDefault(key, u'\x01'))
        found['settings'][key.strip()] = None if value == u'\x01' else value
    enabled = _get(config, 'PluginEnabled')
    if enabled is not None:
        found['enabled'] = _text(enabled) in (u'True', u'1')
    return found


def _meta(name):
    """What the plugin itself keeps between events (deadline 25); null where it cannot be read."""
    read = getattr(_repository(), 'GetEventPluginConfigMetaDataDictionary', None)
    if read is None:
        return None
    entries = read(name)
    if entries is None:
        return {}
    # A .NET dictionary has Keys and is walked in pairs; a dict has not and is walked in keys.
    return {_text(key): _text(entries[key]) for key in list(getattr(entries, 'Keys', entries))}


def set_event_plugin(name, settings):
    for key in sorted(settings):
        _repository().AddOrUpdateEventPluginConfigSetting(name, key, settings[key])


def workers():
    found = []
    for worker in _repository().GetSlaveInfoSettings(True):
        info, settings = worker.Info, worker.Settings
        found.append({
            'name': _text(_get(info, 'SlaveName') or _get(settings, 'SlaveName')),
            'host': _text(_get(info, 'MachineRealName', 'HostName')),
            'address': _text(_get(info, 'MachineIPAddress', 'IPAddress')),
            'os': _text(_get(info, 'MachineOperatingSystem')),
            'version': _text(_get(info, 'Version')),
            'state': _text(_get(info, 'SlaveState')),
            'region': _text(_get(info, 'SlaveRegion', 'Region')),
            'enabled': bool(settings.SlaveEnabled),
            'pools': _texts(settings.SlavePools),
            'groups': _texts(settings.SlaveGroups),
            'job_id': _text(_get(info, 'SlaveCurrentJobId')),
            'job': _text(_get(info, 'SlaveCurrentJobName')),
            'tasks': _texts_or_text(_get(info, 'SlaveCurrentTaskIds')),
        })
    return found


def _texts_or_text(value):
    """Task ids are an array in some versions and one text in others."""
    if value is None or isinstance(value, (type(u''), str)):
        return [part for part in re.split(u'[,; ]+', _text(value)) if part]
    return _texts(value)


def set_worker(name, enabled):
    settings = _repository().GetSlaveSettings(name, True)
    settings.SlaveEnabled = enabled
    _repository().SaveSlaveSettings(settings)


def rendering():
    """The tasks that some worker has now."""
    found = []
    for job in _repository().GetJobsInState('Active'):
        if _number(_get(job, 'JobRenderingTasks')) == 0:
            continue
        for task in _repository().GetJobTasks(job, True).TaskCollectionAllTasks:
            if _text(task.TaskStatus) == u'Rendering':
                found.append({'worker': _text(task.TaskSlaveName), 'job_id': _text(job.JobId),
                              'job': _text(job.JobName), 'task': _text(task.TaskId),
                              'frames': _text(_get(task, 'TaskFrameString'))})
    return found


def jobs(states):
    return [_job(job) for state in states for job in _repository().GetJobsInState(state)]


def _job(job):
    extra = job.GetJobExtraInfoKeyValueWithDefault
    return {
        'id': _text(job.JobId),
        'name': _text(job.JobName),
        'status': _text(job.JobStatus),
        'user': _text(_get(job, 'JobUserName')),
        'batch': _text(_get(job, 'JobBatchName')),
        'plugin': _text(_get(job, 'JobPlugin')),
        'pool': _text(_get(job, 'JobPool')),
        'secondary_pool': _text(_get(job, 'JobSecondaryPool')),
        'group': _text(_get(job, 'JobGroup')),
        'post_task_script': _text(_get(job, 'JobPostTaskScript')),
        'user_post_task_script': _text(extra(USER_SCRIPT, u'')),
        'helper': _text(extra(GENERATED, u'False')) == u'True',
        'helper_root': _text(extra(ROOT, u'')),
        'helper_step': _text(extra(STEP, u'')),
        'paths': _paths(job),
    }


def _paths(job):
    """Every path that the job names: outputs, and what its plugin info holds."""
    names = _texts(_get(job, 'JobOutputDirectories', 'OutputDirectories'))
    names += _texts(_get(job, 'JobOutputFileNames', 'OutputFileNames'))
    names += [_text(job.GetJobPluginInfoKeyValue(key)) for key in job.GetJobPluginInfoKeys()]
    return sorted({name for name in names if _PATH.match(name)})


def path_mappings(paths):
    """The rules that hold on this host, in their order, and what they make of some paths."""
    return {'rules': [[_text(rule[0]), _text(rule[1])] for rule in _repository().GetPathMappings()],
            'mapped': [_text(_repository().CheckPathMapping(path)) for path in paths]}


def pools_and_groups():
    return {'pools': _texts(_repository().GetPoolNames()),
            'groups': _texts(_repository().GetGroupNames())}


def put_server_data(name, values):
    for key in sorted(values):
        _repository().AddOrUpdateServerData(name, key, values[key])


OPERATIONS = {function.__name__: function for function in (
    event_plugin, set_event_plugin, workers, set_worker, rendering, jobs, path_mappings,
    pools_and_groups, put_server_data)}

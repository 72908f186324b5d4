#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadline's post-task script: a task is completed when its frames are on the filer.

It runs the user's own post-task script first. Then it asks `file-cache writeback` for what this
host wrote since its worker took up the job, and for the files that the job lists for the frames of
the task, and waits until they are saved. What the host wrote is known from the kernel; the listed
names only help where a list has a gap, and let the log say what was expected and not found.

On a worker without a cache it does no more than run the user's script.
"""

import collections
import json
import os
import re
import signal
import subprocess
import time

from Deadline.Scripting import RepositoryUtils

COMMAND = '/opt/file-cache/bin/file-cache'
CONFIG = '/etc/file-cache/config.json'
# One file for each worker of this host (deadline 193).
WORKERS = ('/var/lib/Thinkbox/Deadline10/workers', '/var/lib/Thinkbox/Deadline10/slaves')

# Extra info of the job, as the event plugin FileCacheHandler sets it.
USER_SCRIPT = 'FileCacheUserPostTaskScript'
TIMEOUT, POLICY = 'FileCacheWriteBackTimeout', 'FileCacheWriteBackPolicy'
DEFAULT_TIMEOUT = 900

# Seconds for all looks at the cache; seconds that the command may take beyond its own limit, and
# for it to end once it is told to.
LOOK_SECONDS, GRACE_SECONDS, END_SECONDS = 30, 60, 10

# Of these a second rendering would not help: the filer is full or out of reach, nothing moves.
_OF_THE_FARM = frozenset([
    'not_saved', 'no_space', 'read_only', 'coordinator_stopped', 'no_rights', 'stuck', 'stalled'])
# A frame that lies below a root and not on the cache is on this host's own disk (field-reports D2).
_ELSEWHERE = frozenset(['outside', 'not_on_lustre'])
_NOT_MOUNTED = ('File cache: a frame lies below a root of the cache and not on the cache: the cache'
                ' is not mounted on this worker. Mount it before the worker starts.')


# ---- what the job lists ----

# directory and name as the job has them, offset: what the number in the name exceeds the frame by.
Output = collections.namedtuple('Output', 'directory name offset')

_PADDING = re.compile(r'(?P<hashes>#+)|%0?(?P<printf>\d*)d|\$F(?P<houdini>\d?)(?![A-Za-z])')
_QUESTIONS = re.compile(r'\?+')
# What only the renderer can fill (field-reports D17).
_TOKEN = re.compile(r'<[^<>/]*>|%[A-Za-z]|\$\{?\w+\}?|\?')
_ELEMENT = re.compile(r'^(RenderElement)?Output(File(Path|name)?)\d*$', re.I)


def listed_outputs(job, task_id):
    """Return the Outputs of a job; of a tile job those of the one tile (field-reports D11)."""
    directories, names = _texts(job.JobOutputDirectories), _texts(job.JobOutputFileNames)
    tiles = _texts(getattr(job, 'JobOutputTileFileNames', ()))
    if tiles:
        names = [name for name in tiles if re.search(r'tile_?%s(?!\d)' % task_id, name, re.I)]
        return [Output(directories[0] if directories else '', name, 0) for name in names]
    outputs = [Output(directories[number] if number < len(directories) else '', name,
                      _offset(job, number)) for number, name in enumerate(names) if name]
    info = {key: str(job.GetJobPluginInfoKeyValue(key)) for key in job.GetJobPluginInfoKeys()
            if _ELEMENT.match(str(key))}
    return outputs + [Output('', value, 0) for value in info.values() if value]


def _texts(values):
    return [str(value or '') for value in values or ()]


def _offset(job, number):
    """Return what a submitter says that the file's number exceeds the frame by (D5)."""
    text = job.GetJobExtraInfoKeyValueWithDefault('OutputFrameOffset%d' % number, '0')
    return int(text) if re.match(r'^[+-]?\d+$', str(text).strip()) else 0


def of_these_frames(outputs, frames, all_frames):
    """Return the outputs without those whose literal number is another frame of the job (D4).

    One name for all frames of a job with several tasks is left to the last of them, and to the
    kernel's list: another task may be writing it.
    """
    alike = collections.defaultdict(list)
    for output in outputs:
        alike[output.directory, tuple(re.split(r'\d+', output.name))].append(output)
    kept = []
    for group in alike.values():
        numbers = [re.findall(r'\d+', output.name) for output in group]
        if len(group) == 1 and len(all_frames) > len(frames) and not _is_open(group[0].name):
            continue
        varying = [place for place in range(len(numbers[0]))
                   if len({row[place] for row in numbers}) > 1]
        for output, row in zip(group, numbers):
            other = [place for place in varying if int(row[place]) - output.offset in all_frames
                     and int(row[place]) - output.offset not in frames]
            if not other:
                kept.append(output)
    return kept


def patterns_of(path, frames):
    """Return (folder without tokens, [regular expression of one component]) for a mapped path.

    frames: numbers as they stand in the name. The folder is where a search begins; a token never
    reaches above it, nor across a separator.
    """
    parts = path.split('/')
    fixed = next((number for number, part in enumerate(parts) if _is_open(part)), len(parts) - 1)
    return '/'.join(parts[:fixed]) or '/', [
        re.compile(_component(part, frames, number == len(parts) - 1) + r'\Z', re.S)
        for number, part in enumerate(parts) if number >= fixed]


def _is_open(part):
    return bool(_PADDING.search(part) or _TOKEN.search(part))


def _component(part, frames, is_name):
    """Return one path component as the text of a regular expression."""
    paddings = list(_PADDING.finditer(part)) or list(_QUESTIONS.finditer(part))
    if not paddings or not frames:
        return _literal(part)
    # Deadline fills the last run (deadline 118).
    match = paddings[-1]
    head, tail = _literal(part[:match.start()]), _literal(part[match.end():])
    number = '(?:%s)' % '|'.join(_number(frame, _width(match)) for frame in frames)
    text = head + number + tail
    stem = part[:match.start()]
    if is_name and stem.endswith('.') and tail:
        # Maya can write the number behind the extension (field-reports D22).
        text = '(?:%s|%s)' % (text, head[:-2] + tail + r'\.' + number)
    return text


def _width(match):
    groups = match.groupdict()
    if groups.get('hashes') or 'hashes' not in groups:
        return len(match.group())
    return int(groups.get('printf') or groups.get('houdini') or 0)


def _number(frame, width):
    """A frame as it may stand in a name: too long (D22), its sign counted or not (D23)."""
    if frame >= 0:
        return '%0*d' % (width, frame)
    return '|'.join(sorted({re.escape('%0*d' % (width + more, frame)) for more in (0, 1)}))


def _literal(text):
    pieces, end = [], 0
    for match in _TOKEN.finditer(text):
        pieces += [re.escape(text[end:match.start()]), '[^/]*']
        end = match.end()
    return ''.join(pieces + [re.escape(text[end:])])


# ---- looking at the cache, without waiting for it ----

class Cannot(Exception):
    """The cache does not answer."""


class Looker(object):
    """Lists folders by find, so that a cache that does not answer is left and not waited for."""

    def __init__(self, seconds=LOOK_SECONDS, find='/usr/bin/find'):
        self._ends = time.monotonic() + seconds
        self._find = find

    def folder(self, path, root):
        """Return a folder as it is spelled below the root, or None (field-reports D20).

        Windows does not tell Show from SHOW. Of two that differ in nothing else none is taken.
        """
        if self._list(path, 0, 'd'):
            return path
        found = root
        for part in path[len(root):].strip('/').split('/'):
            names = [os.path.basename(name) for name in self._list(found, 1, 'd')]
            alike = [name for name in names if name == part] or [
                name for name in names if name.lower() == part.lower()]
            if len(alike) != 1:
                return None
            found = '%s/%s' % (found, alike[0])
        return found

    def files(self, folder, components):
        """Return the files below a folder whose components match, one expression for each level."""
        count = len(components)
        return [path for path in self._list(folder, count, 'f') if all(
            expression.match(part)
            for expression, part in zip(components, path.split('/')[-count:]))]

    def _list(self, folder, depth, kind):
        """Return what lies at one depth below a folder; none when the folder is not there."""
        output = run([self._find, folder, '-mindepth', str(depth), '-maxdepth', str(depth),
                      '-type', kind, '-print0'], b'', self._ends - time.monotonic())
        if output is None:
            raise Cannot('%s did not answer within %d seconds' % (folder, LOOK_SECONDS))
        return [os.fsdecode(name) for name in output.stdout.split(b'\0') if name]


Ended = collections.namedtuple('Ended', 'status stdout stderr')


def run(words, given, seconds):
    """Run a command; return Ended, or None when it did not end in time.

    One that cannot be killed, since it sleeps in the kernel or belongs to root, is left.
    """
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True)
    try:
        stdout, stderr = process.communicate(given, max(0.1, seconds))
    except subprocess.TimeoutExpired:
        _end(process)
        return None
    return Ended(process.returncode, stdout, stderr)


def _end(process):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(END_SECONDS)
            return
        except (OSError, subprocess.TimeoutExpired):
            continue


# ---- the task ----

class WriteBack(object):
    """The write-back of one task."""

    def __init__(self, plugin, roots):
        self._plugin = plugin
        self._roots = roots
        self._job = plugin.GetJob()
        self._task = plugin.GetCurrentTask()

    def verdict(self):
        """Save the frames of the task; return the Verdict on it."""
        names, folders = self._expected()
        seconds = _whole(self._extra(TIMEOUT), DEFAULT_TIMEOUT)
        words = ['writeback', '--json', '--newer-than', '%d' % process_began(),
                 '--timeout', str(seconds), '--from', '-', '--null']
        if not _is_alone(self._job):
            words += folders
        as_root = [] if os.geteuid() == 0 else ['sudo', '-n']
        self._plugin.SetStatusMessage('Writing frames back to the filer')
        ended = run(as_root + [COMMAND] + words,
                    b''.join(os.fsencode(name) + b'\0' for name in names),
                    seconds + GRACE_SECONDS)
        return judge(ended, seconds, self._extra(POLICY) == 'fail')

    def _expected(self):
        """Return (files that the job lists for this task and that are there, folders)."""
        frames = {int(frame) for frame in self._task.TaskFrameList}
        all_frames = frames | {int(frame) for frame in getattr(self._job, 'JobFramesList', ())}
        outputs = of_these_frames(
            listed_outputs(self._job, str(self._task.TaskId)), frames, all_frames)
        looker, names, folders = Looker(), [], []
        try:
            for output in outputs:
                self._look(output, frames, looker, names, folders)
        except Cannot as problem:
            self._plugin.LogWarning('File cache: %s, so only what this host wrote is looked at.'
                                    % problem)
        if outputs and not names:
            self._plugin.LogWarning(
                'File cache: none of the files that the job lists for the frames %s was found.'
                ' What this host wrote is saved all the same.' % self._task.TaskFrameString)
        return sorted(set(names)), sorted(set(folders))

    def _look(self, output, frames, looker, names, folders):
        path = mapped('%s/%s' % (output.directory, output.name) if output.directory
                      else output.name)
        root = next((root for root in self._roots if path.startswith(root + '/')), None)
        if root is None:
            return
        numbers = [frame + output.offset for frame in sorted(frames)]
        folder, components = patterns_of(path, numbers)
        if len(folder) < len(root):
            return
        spelled = looker.folder(folder, root)
        if spelled is None:
            return
        if spelled != root:
            folders.append(spelled)
        names += looker.files(spelled, components)

    def _extra(self, key):
        return str(self._job.GetJobExtraInfoKeyValueWithDefault(key, ''))


def mapped(path):
    """Return a path as this worker knows it (deadline 117), with the separators of Linux."""
    return re.sub(r'/+', '/', str(RepositoryUtils.CheckPathMapping(path, True)).replace('\\', '/'))


def _is_alone(job):
    """Whether this is the only task that the host renders: then all that it wrote is ours."""
    workers = set()
    for folder in WORKERS:
        try:
            workers |= {name for name in os.listdir(folder) if name.endswith('.ini')}
        except OSError:
            continue
    return int(job.JobConcurrentTasks) <= 1 and len(workers) <= 1


def process_began():
    """Return when this process began, in seconds since the epoch.

    Deadline keeps one for a job on a worker, so it is older than the task.
    """
    with open('/proc/self/stat', 'rb') as stream:
        ticks = int(stream.read().rpartition(b')')[2].split()[19])
    with open('/proc/stat', 'rb') as stream:
        booted = next(int(line.split()[1]) for line in stream if line.startswith(b'btime'))
    return booted + ticks // os.sysconf('SC_CLK_TCK')


def _whole(text, otherwise):
    return int(text) if re.match(r'^\d+$', text) else otherwise


# ---- what became of it ----

# level: info, warning or error (the task fails); lines for the task's report.
Verdict = collections.namedtuple('Verdict', 'level lines')


def judge(ended, seconds, may_fail):
    """Return the Verdict on a call of writeback that Ended, or that did not (None)."""
    if ended is None:
        return Verdict('warning', [
            'File cache: the write-back did not end within %d seconds and was left to itself. The'
            ' frames stay in the cache until the sweep saves them.' % (seconds + GRACE_SECONDS)])
    summary = _summary(ended.stdout)
    if summary is None:
        return Verdict('warning', [
            'File cache: the write-back could not be started (exit %s): %s The frames stay in the'
            ' cache until the sweep saves them.' % (ended.status, _sentence(ended.stderr))])
    return _judge(ended.status, summary, may_fail)


def _judge(status, summary, may_fail):
    outcomes, failed = summary['outcomes'] or {}, summary['reasons']['failed']
    saved = 'File cache: %d files saved (%s) in %.1f s.' % (
        outcomes.get('done', 0) + outcomes.get('already', 0), _size(summary['moved']['bytes']),
        summary['elapsed'])
    if status == 0:
        return Verdict('info', [saved] + _notes(summary))
    if _ELSEWHERE & set(failed):
        return Verdict('error', [_NOT_MOUNTED] + _left(summary))
    lines = [saved + ' Not saved: %s.' % ', '.join(
        '%d %s' % (count, reason) for kind in ('failed', 'timed_out', 'pending', 'skipped')
        for reason, count in sorted(summary['reasons'].get(kind, {}).items()))]
    if summary['error']:
        lines.append('File cache: %s' % summary['error'])
    lines += _notes(summary) + _left(summary)
    of_the_file = set(failed) - _OF_THE_FARM
    if outcomes.get('done'):
        # Others were saved, so the filer takes files.
        of_the_file |= set(failed) & {'not_saved'}
    return Verdict('error' if may_fail and status == 1 and of_the_file else 'warning', lines)


def _notes(summary):
    if not summary.get('fallback'):
        return []
    return ['File cache: the list of what this host wrote had a gap (%s), so the folders were'
            ' looked at too.' % summary['fallback']]


def _left(summary):
    unfinished = ['File cache: not finished, so left: %s (%s)' % (one['path'], one['why'])
                  for one in summary.get('unfinished', ())]
    return unfinished + ['File cache: %s: %s' % (one['path'], one['reason'] or one['outcome'])
                         for one in summary['files'] if one['outcome'] not in ('done', 'already')]


def _summary(output):
    try:
        summary = json.loads(output.decode('utf-8'))
    except ValueError:
        return None
    return summary if isinstance(summary, dict) and 'outcomes' in summary else None


def _sentence(output):
    text = ' '.join(output.decode('utf-8', 'replace').split())[:500] or 'it said nothing'
    return text if text.endswith('.') else text + '.'


def _size(count):
    for unit in ('bytes', 'KiB', 'MiB', 'GiB'):
        if count < 1024 or unit == 'GiB':
            return '%.4g %s' % (count, unit)
        count /= 1024.0


# ---- Deadline's door ----

def run_users_script(path, args):
    """Run the post-task script that the job had before ours, as Deadline would."""
    path = str(RepositoryUtils.CheckPathMapping(path))
    with open(path, 'rb') as stream:
        code = compile(stream.read(), path, 'exec')
    namespace = {'__name__': 'user_post_task_script', '__file__': path}
    exec(code, namespace)
    namespace['__main__'](*args)


def configured_roots():
    """Return the roots of this worker, the longest first; none where it has no cache."""
    try:
        with open(CONFIG, 'rb') as stream:
            config = json.loads(stream.read().decode('utf-8'))
        roots = [root['path'] for root in config['roots']]
    except FileNotFoundError:
        return []
    return sorted(roots, key=len, reverse=True)


def __main__(*args):
    plugin = args[0]
    users = str(plugin.GetJob().GetJobExtraInfoKeyValueWithDefault(USER_SCRIPT, ''))
    if users:
        run_users_script(users, args)
    try:
        roots = configured_roots()
    except (OSError, ValueError, KeyError, TypeError) as problem:
        plugin.LogWarning('File cache: %s cannot be read (%s), so nothing is written back. The'
                          ' frames stay in the cache until the sweep saves them.'
                          % (CONFIG, problem))
        return
    if not roots:
        plugin.LogInfo('File cache: this worker has none, so there is nothing to write back.')
        return
    try:
        verdict = WriteBack(plugin, roots).verdict()
    except Exception as problem:  # a task that was rendered is not an error by our own fault
        verdict = Verdict('warning', [
            'File cache: the write-back went wrong (%s: %s). The frames stay in the cache until the'
            ' sweep saves them.' % (type(problem).__name__, problem)])
    for line in verdict.lines:
        (plugin.LogInfo if verdict.level == 'info' else plugin.LogWarning)(line)
    if verdict.level == 'error':
        plugin.FailRender(verdict.lines[0])

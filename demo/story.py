#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, told as a story: an edit on the filer reaches the render, a frame comes home.

Raises a simulated cache over a small filer, and drives it by the same `ansible` and
`ansible-playbook` commands that a studio would type. Every claim is checked; a claim that
does not hold ends the story with exit status 1.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
sys.path.insert(0, str(PROJECT / 'tests' / 'farm' / 'cache'))

import farm  # noqa: E402  the farm is no package of the collection

FOLDERS, FILES_EACH = 40, 100
TEXTURE = 'assets/tex_07/wood_042.tx'
FRAME = 'shots/sq010/beauty.0101.exr'
OLD, NEW = b'oak, last week\n' * 64, b'walnut, this morning\n' * 96
PIXELS = b'\x76\x2f\x31\x01' + b'pixels of frame 101 ' * 5000


class BrokenClaim(Exception):
    """Something that the story says did not happen."""


def say(text):
    print('\n\033[1m%s\033[0m' % text if sys.stdout.isatty() else '\n' + text, flush=True)


def claim(text, holds):
    print('  %s %s' % ('ok ' if holds else 'NOT', text), flush=True)
    if not holds:
        raise BrokenClaim(text)


def furnish(filer):
    """Fill the filer with textures, and a folder for frames."""
    for folder in range(FOLDERS):
        place = filer / 'assets' / ('tex_%02d' % folder)
        place.mkdir(parents=True)
        for number in range(FILES_EACH):
            (place / ('wood_%03d.tx' % number)).write_bytes(OLD)
    (filer / 'shots' / 'sq010').mkdir(parents=True)


def gist(text):
    """The lines of Ansible's output without the whole summary of a failed task."""
    shown = True
    for line in text.splitlines():
        if line.strip() == 'summary:':
            shown = False
            yield line + ' ...'
        shown = shown or line.startswith('PLAY')
        if shown and line.strip():
            yield line


class Studio:
    """The filer, the cache and the worker of the story."""

    def __init__(self, cache):
        self.filer = Path(cache.filer)
        self.mount = Path(cache.mount())
        self.environment = dict(cache.environment(), ANSIBLE_CONFIG=str(HERE / 'ansible.cfg'),
                                ANSIBLE_INVENTORY=str(HERE / 'inventory.yml'))

    def run(self, *words, ends=0):
        """Type a command, show it and what it prints; it has to end with this status."""
        shown = ' '.join("'%s'" % word if ' ' in word else word for word in words)
        print('\n  $ ' + self.named(shown), flush=True)
        ended = subprocess.run(words, env=self.environment, cwd=str(HERE), check=False,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in gist(ended.stdout.decode()):
            print('    ' + self.named(line))
        claim('the command ends with %d, as it should' % ends, ended.returncode == ends)

    def named(self, text):
        return text.replace(str(self.mount), '/mnt/cache')

    def playbook(self, verb, below, *words, ends=0):
        self.run('ansible-playbook', verb + '.yml', '-e', 'tree=%s/%s' % (self.mount, below),
                 *words, ends=ends)


def tell(studio):
    texture = studio.mount / TEXTURE
    say('Monday. The filer holds %d textures; the worker reads one through the cache.'
        % (FOLDERS * FILES_EACH))
    claim('the worker reads what the filer has', texture.read_bytes() == OLD)

    say('Tuesday. An artist saves a new version on the filer. The cache does not notice.')
    (studio.filer / TEXTURE).write_bytes(NEW)
    claim('the worker still reads the old bytes', texture.read_bytes() == OLD)

    say('Before the next render: what would a refresh of that folder do? (check mode)')
    folder = str(texture.parent.relative_to(studio.mount))
    studio.playbook('refresh', folder, '--check')
    claim('nothing was changed', texture.read_bytes() == OLD)

    say('The refresh: evict what is clean, hydrate it again.')
    studio.playbook('refresh', folder)
    claim('the worker reads the newest bytes', texture.read_bytes() == NEW)

    say('The worker renders a frame into the cache.')
    frame = studio.mount / FRAME
    frame.write_bytes(PIXELS)
    at_home = studio.filer / FRAME
    claim('the filer does not have it yet', not at_home.exists())
    studio.run('ansible', 'worker', '-m', 'renderfarm.file_cache.lfs_hsm_info',
               '-a', 'path=%s/shots recurse=true' % studio.mount)

    say('Nobody can lose it: an evict leaves what is only in the cache, and says so.')
    studio.playbook('evict', 'shots', ends=2)
    claim('the frame is still there', frame.read_bytes() == PIXELS)

    say('Write back: the frame goes home.')
    studio.playbook('archive', 'shots')
    claim('the frame is on the filer, byte for byte', at_home.read_bytes() == PIXELS)

    say('Once more: there is nothing left to do.')
    studio.playbook('archive', 'shots')

    say('And the space of the whole tree is given back.')
    began = time.monotonic()
    studio.playbook('evict', '')
    claim('%d files in %.1f s' % (FOLDERS * FILES_EACH + 1, time.monotonic() - began), True)
    claim('their names and sizes stay', frame.stat().st_size == len(PIXELS))
    claim('a read brings the bytes again', frame.read_bytes() == PIXELS)


def main():
    with tempfile.TemporaryDirectory(prefix='file-cache-demo-') as folder:
        furnish(Path(folder) / 'filer')
        with farm.Cache(folder) as cache:
            tell(Studio(cache))
    say('The end: the newest texture was rendered, the frame is home, the cache is free.')


if __name__ == '__main__':
    try:
        main()
    except farm.FarmError as problem:
        sys.exit('The farm cannot be raised: %s.' % problem)
    except BrokenClaim as broken:
        sys.exit('The story broke: %s.' % broken)

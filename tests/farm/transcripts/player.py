# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays the groups of a transcript on a mounted cache and notes every call that differs."""

import collections
import difflib
import fcntl
import os
import re
import shlex
import shutil
import stat
import struct
import subprocess
import tempfile
import textwrap
import time

import transcript

ARTIST = 1000
FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_IMMUTABLE_FL = 0x80086601, 0x40086602, 0x10
FID_OF = re.compile(r"\{FID of (.*)\}")
OPEN_FLAGS = {"r": os.O_RDONLY, "w": os.O_WRONLY, "rw": os.O_RDWR}


class Stalled(Exception):
    """The cache did not come to the state that the transcript waits for."""


def text_of(raw):
    """Bytes as the transcript writes them."""
    return raw.decode("utf-8", "surrogateescape")


def raw_of(text):
    """The bytes of a text of the transcript."""
    return text.encode("utf-8", "surrogateescape")


def become_artist():
    """In a child: give up root for the user of the `rights` group."""
    os.setgroups([])
    os.setgid(ARTIST)
    os.setuid(ARTIST)


def difference(what, expected, actual):
    """Lines of a readable comparison; escapes show what a terminal would hide."""
    def shown(text):
        return [ascii(line)[1:-1] for line in text.splitlines(True)]

    yield from difflib.unified_diff(
        shown(expected), shown(actual), what + " recorded", what + " here", lineterm=""
    )


class Player:
    """One mounted cache, its `lfs`, and the folder below which the groups play."""

    def __init__(self, mount, lfs="lfs", control=None, patience=60.0):
        self.lfs = lfs
        self.control = control
        self.patience = patience
        self.base = tempfile.mkdtemp(prefix="transcripts-", dir=mount)
        os.chmod(self.base, 0o755)
        self.outside = tempfile.mkdtemp(prefix="transcripts-")
        os.chmod(self.outside, 0o755)
        self.write_outside("plain", b"x")

    def close(self):
        """Leave nothing behind, neither on the cache nor beside it."""
        shutil.rmtree(self.outside)
        shutil.rmtree(self.base)

    def write_outside(self, name, data):
        """A file that is not on the cache."""
        with open(os.path.join(self.outside, name), "wb") as stream:
            stream.write(data)

    def stage(self, group):
        """A fresh folder for a group to play in."""
        folder = os.path.join(self.base, group.name)
        os.mkdir(folder)
        os.chmod(folder, 0o777)
        return Stage(self, folder)

    def play(self, group):
        """Every difference of a group, each as a text of several lines."""
        stage = self.stage(group)
        report = []
        line = None
        try:
            for line in group.lines:
                report.extend(stage.do(line))
        except (OSError, Stalled, subprocess.CalledProcessError) as error:
            report.append("the group ended at %s\n    %s" % (ascii(line), error))
        finally:
            stage.close()
        return report


class Stage:
    """A group while it plays."""

    def __init__(self, player, folder):
        self.player = player
        self.folder = folder
        # /tmp/ first: the folders that are filled in may themselves be below it.
        self.places = collections.OrderedDict(
            [("/tmp/", player.outside + "/"), ("{D}", folder), ("{M}", player.base)]
        )
        self.handles = {}

    def close(self):
        """Close what the group left open."""
        for handle in self.handles.values():
            os.close(handle)

    def do(self, line):
        """Perform a line; the differences that it shows."""
        if "lfs" in line:
            return self.compare(line)
        args = [
            transcript.fill(arg, self.places) if isinstance(arg, str) else arg
            for arg in line["args"]
        ]
        getattr(self, "do_" + line["step"])(*args)
        return []

    def call(self, args, fd=None, artist=False):
        """Run `lfs` as the recording did: exit status, standard output, standard error."""
        child = subprocess.Popen(
            [raw_of(arg) for arg in [self.player.lfs] + args],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=self.folder, env=dict(os.environ, LC_ALL="C"),
            pass_fds=() if fd is None else (fd,), preexec_fn=become_artist if artist else None,
        )
        try:
            out, err = child.communicate(timeout=self.player.patience)
        except subprocess.TimeoutExpired:
            # It may sleep where no signal reaches it (H80): it is left behind, not waited for.
            child.kill()
            raise Stalled("lfs %s did not end within %g s" % (args, self.player.patience))
        return child.returncode, text_of(out), text_of(err)

    def repeat(self, line):
        """Make a recorded call: exit status, both outputs, and what stood for the placeholders."""
        places = collections.OrderedDict(self.places)
        fd = None
        if "fd" in line:
            folder = raw_of(transcript.fill(line["fd"], places))
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            places["{FD}"] = str(fd)
        try:
            args = [FID_OF.sub(self.fid, transcript.fill(arg, places)) for arg in line["lfs"]]
            return self.call(args, fd, line.get("user") == "artist") + (places,)
        finally:
            if fd is not None:
                os.close(fd)

    def fid(self, match):
        """The identity of the file that an argument names."""
        return self.call(["path2fid", match.group(1)])[1].strip()

    def compare(self, line):
        """Differences between a recorded call and the same call here."""
        rc, out, err, places = self.repeat(line)
        report = []
        if rc != line["rc"]:
            report.append("exit status recorded %d, here %d" % (line["rc"], rc))
        for what, actual in (("stdout", out), ("stderr", err)):
            expected = transcript.fill(line[what], places)
            if not transcript.same_output(line["lfs"], expected, actual):
                report.extend(difference(what, expected, actual))
        if not report:
            return []
        user = " (as user %d)" % ARTIST if "user" in line else ""
        called = textwrap.shorten(ascii(line["lfs"])[1:-1], 300, placeholder=" ...")
        return ["lfs %s%s\n    " % (called, user) + "\n    ".join(report)]

    def status(self, path):
        """State and action of a file, as `lfs` prints them."""
        echoed = len(text_of(raw_of(path)))
        return [self.call([verb, path])[1][echoed:] for verb in ("hsm_state", "hsm_action")]

    def wait_until(self, path, wanted):
        """Ask again and again, for as long as the player is patient."""
        end = time.time() + self.player.patience
        while True:
            state, action = self.status(path)
            if action == ": NOOP\n" and state.startswith(wanted):
                return
            if time.time() > end:
                raise Stalled(
                    "%s has%s%s after %g s, and not '%s' and no action"
                    % (ascii(path), state.rstrip(), action.rstrip(), self.player.patience, wanted)
                )
            time.sleep(0.02)

    def do_wait(self, path, state):
        """Until the file has this state and no action."""
        self.wait_until(path, ": (%s)" % state)

    def do_quiet(self, path):
        """Until the file has no action."""
        self.wait_until(path, ": (0x")

    def do_control(self, *words):
        """Act on the archive side."""
        command = shlex.split(self.player.control) + list(words)
        subprocess.check_call(command, stdin=subprocess.DEVNULL)

    def do_mkdir(self, path):
        """A folder."""
        os.mkdir(raw_of(path))

    def do_write(self, path, size):
        """A file written anew and closed."""
        with open(raw_of(path), "wb") as stream:
            stream.write(b"x" * size)

    def do_append(self, path, size):
        """More bytes, and close."""
        with open(raw_of(path), "ab") as stream:
            stream.write(b"y" * size)

    def do_symlink(self, target, path):
        """A symbolic link, to whatever."""
        os.symlink(raw_of(target), raw_of(path))

    def do_link(self, path, other):
        """A second name of a file."""
        os.link(raw_of(path), raw_of(other))

    def do_fifo(self, path):
        """A named pipe."""
        os.mkfifo(raw_of(path))

    def do_socket(self, path):
        """A socket that nobody listens at."""
        os.mknod(raw_of(path), stat.S_IFSOCK | 0o644)

    def do_chardev(self, path):
        """The device of /dev/null."""
        os.mknod(raw_of(path), stat.S_IFCHR | 0o666, os.makedev(1, 3))

    def do_chmod(self, path, mode):
        """Permissions."""
        os.chmod(raw_of(path), mode)

    def do_chown(self, path, uid):
        """An owner."""
        os.chown(raw_of(path), uid, -1)

    def do_rename(self, path, new):
        """Another name."""
        os.rename(raw_of(path), raw_of(new))

    def do_unlink(self, path):
        """No name."""
        os.unlink(raw_of(path))

    def do_immutable(self, path, on):
        """The attribute that chattr calls i."""
        fd = os.open(raw_of(path), os.O_RDONLY | os.O_NONBLOCK)
        try:
            flags = struct.unpack("i", fcntl.ioctl(fd, FS_IOC_GETFLAGS, b"\0" * 4))[0]
            flags = flags | FS_IMMUTABLE_FL if on else flags & ~FS_IMMUTABLE_FL
            fcntl.ioctl(fd, FS_IOC_SETFLAGS, struct.pack("i", flags))
        finally:
            os.close(fd)

    def do_open(self, handle, path, mode):
        """Hold a file open."""
        self.handles[handle] = os.open(raw_of(path), OPEN_FLAGS[mode])

    def do_put(self, handle, size):
        """Write to a file that stays open."""
        os.write(self.handles[handle], b"z" * size)

    def do_close(self, handle):
        """Close it."""
        os.close(self.handles.pop(handle))

    def do_outside(self, name):
        """A plain file that is not on the cache."""
        self.player.write_outside(name, b"x")

    def do_list(self, name, text):
        """A list file that is not on the cache."""
        self.player.write_outside(name, raw_of(text))

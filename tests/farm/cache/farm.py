# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raise and end simulated caches: what fixtures, the demo and `control` share.

    with farm.Cache(folder) as cache:
        point = cache.mount()
        subprocess.run(["lfs", "hsm_state", point + "/x"], env=cache.environment())
        cache.control("copytool", "stop")

Below FOLDER are `filer` (the backing folder), `store` (the cache's bytes), `mnt` (mount
points) and `farm.json`, by which another process finds the cache again. Needs root and
/dev/fuse: `farm.lacks()` says what is missing.
"""

import ctypes
import ctypes.util
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(HERE))), "build", "farm")
LONGEST_SOCKET = 100
DETACH = 2
NEW_MOUNTS = 0x20000
PRIVATE = 0x4000 | 0x40000  # MS_REC | MS_PRIVATE


class FarmError(RuntimeError):
    """The simulated cache cannot do what was asked; the text says why."""


def lacks():
    """What this machine lacks for a simulated cache, as a sentence; empty when nothing."""
    if os.geteuid() != 0:
        return "the simulated cache makes mounts and has to be run as root"
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError as error:
        return ("/dev/fuse cannot be opened (%s): load the fuse module, or give it to the container"
                % error.strerror)
    for command in ("make", "cc", "pkg-config"):
        if not shutil.which(command):
            return "%s is missing: install gcc, make, pkg-config and libfuse3-dev" % command
    if subprocess.call(["pkg-config", "--exists", "fuse3 >= 3.3"]) != 0:
        return "the FUSE library is missing: install libfuse3-dev (3.3 or newer)"
    return ""


def build(out=TOOLS):
    """Make the server and the client tools; returns their folder."""
    os.makedirs(out, exist_ok=True)
    # Relative, since make cannot have a blank in a target: the checkout's folder may have one.
    command = ["make", "-s", "-C", HERE, "OUT=" + os.path.relpath(out, HERE)]
    with open(os.path.join(out, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test runs side by side build once
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
    if done.returncode:
        raise FarmError("the simulated cache does not build:\n"
                        + done.stdout.decode("utf-8", "replace"))
    return out


def escape(word):
    """One word of the control socket (protocol.h)."""
    return "".join(chr(byte) if 32 < byte < 127 and byte != 37 else "%%%02X" % byte
                   for byte in os.fsencode(word))


def ask(path, *words):
    """Send one line to a cache's socket; returns what it says."""
    line = " ".join(escape(str(word)) for word in words) + "\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        peer.settimeout(60)
        peer.connect(path)
        peer.sendall(line.encode("ascii"))
        peer.shutdown(socket.SHUT_WR)
        with peer.makefile("rb") as stream:
            answer = stream.read().decode("utf-8", "surrogateescape")
    head, _, rest = answer.partition("\n")
    if head != "ok" and words != ("quit",):
        raise FarmError("%s: %s" % (line.strip(), head or "no answer"))
    return rest


def _libc():
    return ctypes.CDLL(ctypes.util.find_library("c") or "libc.so.6", use_errno=True)


def detach(point):
    """umount -l, by the system call alone: nothing may look at a dead mount."""
    while _libc().umount2(os.fsencode(point), DETACH) == 0:
        pass


def mounted():
    """Where this thread sees mounts of simulated caches."""
    with open("/proc/thread-self/mounts", "rb") as stream:
        lines = [line.split(b" ") for line in stream]
    points = [words[1] for words in lines if words[2] == b"fuse.lustre"]
    return [os.fsdecode(re.sub(rb"\\(\d{3})", lambda code: bytes([int(code.group(1), 8)]), point))
            for point in points]


def apart():
    """Leave the machine's mounts: from now on those of this thread and its children are theirs.

    Nothing that they mount stays behind when they end, however they end.
    """
    if _libc().unshare(NEW_MOUNTS) or _libc().mount(None, b"/", None, PRIVATE, None):
        raise FarmError("no mount namespace of our own: %s" % os.strerror(ctypes.get_errno()))


def alone():
    """The same without other caches, for tests: `lfs df` and the like look at all of them."""
    apart()
    for point in reversed(mounted()):
        detach(point)


class Cache:
    """One simulated cache in a folder of its own."""

    def __init__(self, folder, name="cache", server_options=(), filer=None, tools=None,
                 sockets=None):
        """sockets: those of another cache, whose clients are to find this one too."""
        self.folder = os.path.abspath(folder)
        self.name = name
        self.filer = os.path.abspath(filer) if filer else os.path.join(self.folder, "filer")
        self.server_options = list(server_options)
        self.tools = tools
        self.guest = sockets is not None
        self.sockets = sockets or os.path.join(self.folder, "run")
        self.points = []
        self.pid = None
        self._server = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.stop()

    # -- start and end ---------------------------------------------------------------

    def start(self, die_with_parent=True):
        """Start the server and wait until it answers."""
        why = lacks()
        if why:
            raise FarmError(why)
        self.tools = self.tools or build()
        store = os.path.join(self.folder, "store")
        for path in (self.filer, store, os.path.join(self.folder, "mnt")):
            os.makedirs(path, exist_ok=True)
        if len(self.socket) > LONGEST_SOCKET and not self.guest:
            self.sockets = tempfile.mkdtemp(prefix="lustre-sim-")
        os.makedirs(self.sockets, exist_ok=True)
        command = [os.path.join(self.tools, "cached"), "--name", self.name, "--filer", self.filer,
                   "--store", store, "--socket-dir", self.sockets]
        command += ["--die-with-parent"] if die_with_parent else []
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self._server = subprocess.Popen(command + self.server_options, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True, cwd="/")
        self.pid = self._server.pid
        self._await()
        self._save()
        return self

    def _await(self):
        deadline = time.monotonic() + 60
        while True:
            try:
                return ask(self.socket, "stats")
            except (OSError, FarmError) as error:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    with open(os.path.join(self.folder, "log"), errors="replace") as log:
                        said = log.read().strip()
                    raise FarmError("the cache does not start: %s" % (said or error)) from None
            time.sleep(0.01)

    def stop(self):
        """End the server first, which lets every caller go that sleeps inside a mount."""
        if self.pid and self._runs():
            os.kill(self.pid, signal.SIGKILL)
            if self._server:
                self._server.wait()
            while self._runs():
                time.sleep(0.01)
        for point in self._all_points():
            detach(point)
        self.points = []
        self.pid = None
        if not self.guest and not self.sockets.startswith(self.folder):
            shutil.rmtree(self.sockets, ignore_errors=True)
        for leftover in (self.socket, os.path.join(self.folder, "farm.json")):
            if os.path.exists(leftover):
                os.unlink(leftover)

    def _all_points(self):
        """Our mounts and those that others made in our folder (`control second-mount`)."""
        inside = os.path.join(os.path.realpath(self.folder), "")
        return reversed([point for point in mounted()
                         if point in self.points or point.startswith(inside)])

    def _runs(self):
        """Whether our server lives; a number that was given to another process does not count."""
        try:
            with open("/proc/%d/cmdline" % self.pid, "rb") as stream:
                words = stream.read().split(b"\0")
        except OSError:
            return False
        return os.fsencode(self.sockets) in words and words[0].endswith(b"cached")

    # -- found again by another process ------------------------------------------------

    def _save(self):
        path = os.path.join(self.folder, "farm.json")
        with open(path + ".new", "w") as stream:
            json.dump({"name": self.name, "filer": self.filer, "sockets": self.sockets,
                       "guest": self.guest, "points": self.points, "pid": self.pid,
                       "tools": self.tools}, stream)
        os.rename(path + ".new", path)

    @classmethod
    def find(cls, folder):
        """The cache that was started in `folder`, here or by another process."""
        try:
            with open(os.path.join(folder, "farm.json")) as stream:
                known = json.load(stream)
        except OSError:
            raise FarmError("no cache was raised in %s: control --at FOLDER up does it"
                            % folder) from None
        cache = cls(folder, known["name"], filer=known["filer"], tools=known["tools"])
        cache.sockets, cache.guest = known["sockets"], known["guest"]
        cache.points, cache.pid = known["points"], known["pid"]
        return cache

    # -- use ---------------------------------------------------------------------------

    @property
    def socket(self):
        """Path of the control socket."""
        return os.path.join(self.sockets, self.name + ".sock")

    @property
    def source(self):
        """What mount(8) is given as the device."""
        return "10.0.0.1@tcp:/" + self.name

    def environment(self, base=None):
        """Variables for a process that is to find lfs, lctl and mount.lustre."""
        env = dict(os.environ if base is None else base)
        env["PATH"] = self.tools + os.pathsep + env.get("PATH", "/usr/bin:/bin")
        env["LUSTRE_SIM_DIR"] = self.sockets
        return env

    def mount(self, point=None, subdir="", options="flock,relatime"):
        """Mount the cache, or a folder of it, as a further client; returns the mount point."""
        if point is None:
            point = os.path.join(self.folder, "mnt", "client%d" % (len(self.points) + 1))
        os.makedirs(point, exist_ok=True)
        source = self.source + ("/" + subdir if subdir else "")
        helper = os.path.join(self.tools, "mount.lustre")
        done = subprocess.run([helper, source, point, "-o", options],
                              env=self.environment(), stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise FarmError(done.stderr.decode("utf-8", "replace").strip())
        self.points.append(point)
        self._save()
        return point

    def unmount(self, point):
        """Take one client away."""
        detach(point)
        self.points.remove(point)
        self._save()

    def control(self, *words):
        """Words of the farm (faults.c); returns the answer's text."""
        return ask(self.socket, *words)

    def instance(self, point):
        """FSNAME-INSTANCE of a mount, for evict-client and freeze-mount."""
        for line in self.control("mounts").splitlines():
            name, _, rest = line.partition(" ")
            if rest.split(" ")[1] == escape(os.path.realpath(point)):
                return name
        raise FarmError("%s is no mount of %s" % (point, self.name))

    def stats(self):
        """{verb: {requested, queued, merged, started, done, failed}}"""
        keys = ("requested", "queued", "merged", "started", "done", "failed")
        return {words[0]: dict(zip(keys, map(int, words[1:])))
                for words in map(str.split, self.control("stats").splitlines())}

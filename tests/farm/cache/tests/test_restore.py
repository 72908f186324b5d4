# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callers that sleep on a restore (lustre-hsm H80-H84, H87, H88), and what frees them."""

import errno
import os
import signal
import time

import pytest

BLOCKING = {
    "read": ("cat", "{}"),
    "write": ("dd", "if=/dev/zero", "of={}", "bs=1", "count=1", "conv=notrunc"),
    "truncate": ("truncate", "-s", "1", "{}"),
    "chmod": ("chmod", "600", "{}"),
    "touch": ("touch", "{}"),
    "release": ("lfs", "hsm_release", "{}"),
}


@pytest.mark.parametrize("how", BLOCKING)
def test_stuck_restore_swallows_callers(site, asleep, how):
    """H80: they cannot be killed; stat, state, mv and rm stay safe."""
    path = site.released("x")
    site.control("stuck-restore", "x")
    site.lfs("hsm_restore", path)
    child = site.begin(*[word.format(path) for word in BLOCKING[how]])
    asleep(child)
    os.stat(path)
    assert "0x0000000d" in site.lfs("hsm_state", path)
    assert "RESTORE running" in site.lfs("hsm_action", path)
    elsewhere = site.cache.mount()  # FUSE locks the inode under writers (calls.c)
    os.rename(site.path("x", elsewhere), site.path("y", elsewhere))
    os.unlink(site.path("y", elsewhere))
    site.cache.stop()
    child.wait(60)


def test_release_asked_during_a_restore_releases_after_it(site):
    """H81."""
    path = site.released("x", "x" * 300000)
    site.control("copytool", "rate", "1")
    site.lfs("hsm_restore", path)
    child = site.begin("lfs", "hsm_release", path)
    assert child.wait(60) == 0
    site.settle("x", 0xd)
    assert site.cache.stats()["restore"]["done"] == 1


def test_killed_copytool_leaves_the_reader_until_the_timeout(site, asleep):
    """H82, H24: neither a new copytool nor a new request helps; then ENODATA."""
    path = site.released("x", "x" * 1000000)
    site.control("copytool", "rate", "0.1")
    child = site.begin("cat", path)
    while "running" not in site.lfs("hsm_action", path):
        time.sleep(0.01)
    site.control("copytool", "kill")
    site.control("copytool", "start")
    site.lfs("hsm_restore", path)
    time.sleep(0.3)
    assert "RESTORE running" in site.lfs("hsm_action", path)
    assert child.poll() is None
    site.control("request-timeout", 0.2)
    _, err = child.communicate(timeout=60)
    assert b"No data available" in err
    site.control("request-timeout", 3600)
    assert site.read(path) == "x" * 1000000


def test_disabled_coordinator_holds_readers_until_it_is_enabled(site):
    """H83."""
    path = site.released("x")
    site.control("coordinator", "disable")
    child = site.begin("cat", path)
    time.sleep(0.2)
    assert child.poll() is None and "RESTORE waiting" in site.lfs("hsm_action", path)
    site.control("coordinator", "enable")
    assert child.communicate(timeout=60)[0] == b"text"


def test_cancelled_restore_gives_enodata_and_the_next_read_works(site):
    """H84, first half."""
    path = site.released("x", "x" * 1000000)
    site.control("copytool", "rate", "0.1")
    child = site.begin("cat", path)
    while "running" not in site.lfs("hsm_action", path):
        time.sleep(0.01)
    site.lfs("hsm_cancel", path)
    assert b"No data available" in child.communicate(timeout=60)[1]
    site.control("copytool", "rate", "0")
    assert len(site.read(path)) == 1000000


def test_cancelled_orphan_hangs_every_reader_until_the_coordinator_restarts(site, asleep):
    """H84, second half."""
    path = site.released("x", "x" * 1000000)
    site.control("copytool", "rate", "0.1")
    first = site.begin("cat", path)
    while "running" not in site.lfs("hsm_action", path):
        time.sleep(0.01)
    site.control("copytool", "kill")
    site.lfs("hsm_cancel", path)
    assert "NOOP" in site.lfs("hsm_action", path)
    site.control("copytool", "start")
    second = site.begin("cat", path)
    time.sleep(0.2)
    assert first.poll() is None and second.poll() is None
    site.control("coordinator", "shutdown")
    assert first.wait(60) and second.wait(60)
    site.control("coordinator", "enable")
    site.control("copytool", "start")
    assert len(site.read(path)) == 1000000


def test_stopped_coordinator(site):
    """H37: requests EAGAIN, release works, reads fail at once."""
    path = site.released("x")
    clean = site.archived("y")
    site.control("coordinator", "shutdown")
    assert "temporarily unavailable" in site.lfs("hsm_archive", clean, rc=11)
    site.lfs("hsm_release", clean)
    with pytest.raises(OSError) as failure:
        site.read(path)
    assert failure.value.errno == errno.ENODATA


def test_restore_brings_the_filers_newest_bytes_and_size(site):
    """H87; M8: and the cache keeps its old time, unless the switch says otherwise."""
    path = site.released("x")
    os.utime(site.put(site.on_filer("x"), "longer than before"), (5000, 5000))
    before = os.stat(path).st_mtime
    assert site.read(path) == "longer than before"
    assert os.stat(path).st_size == 18 and os.stat(path).st_mtime == before
    site.control("times-follow-restore", "on")
    site.lfs("hsm_release", path)
    site.read(path)
    assert os.stat(path).st_mtime == 5000


@pytest.mark.parametrize("act", ["append", "truncate", "fallocate", "seek_hole", "private_map"])
def test_what_needs_the_bytes_restores(site, act):
    """H11, C6."""
    path = site.released("x")
    with open(path, "r+b", buffering=0) as stream:
        if act == "append":
            os.lseek(stream.fileno(), 0, os.SEEK_END)
            os.write(stream.fileno(), b"+")
        elif act == "truncate":
            os.truncate(path, 2)
            assert site.bits("x")[0] == 0xb  # at once: nobody has closed
        elif act == "fallocate":
            os.posix_fallocate(stream.fileno(), 0, 10)
        elif act == "seek_hole":
            assert os.lseek(stream.fileno(), 0, os.SEEK_HOLE) == 4
        else:
            import mmap
            with mmap.mmap(stream.fileno(), 4, access=mmap.ACCESS_COPY) as view:
                assert view[:] == b"text"
    expected = {"append": "text+", "truncate": "te", "fallocate": "text" + "\0" * 6}
    assert site.read(path) == expected.get(act, "text")
    assert site.bits("x")[0] == (0x9 if act in ("seek_hole", "private_map") else 0xb)


def test_missing_backend_file_and_full_target_fail_in_silence(site):
    """H88: rc 0, NOOP, 0xd; a read gives ENODATA, each time anew."""
    path = site.released("x")
    os.rename(site.on_filer("x"), site.on_filer("gone"))
    site.lfs("hsm_restore", path)
    site.settle("x", 0xd)
    for _ in range(2):
        with pytest.raises(OSError) as failure:
            site.read(path)
        assert failure.value.errno == errno.ENODATA
    os.rename(site.on_filer("gone"), site.on_filer("x"))
    for ost in (0, 1):
        site.control("ost-full", ost, "on")
    with pytest.raises(OSError) as failure:
        site.read(path)
    assert failure.value.errno == errno.ENODATA
    with pytest.raises(OSError) as failure:
        site.put(site.path("new"), "")
    assert failure.value.errno == errno.ENOSPC  # H89
    os.unlink(path)


def test_reader_interrupted_before_the_end_still_waits(site):
    """H80: a signal does not free the caller; the answer does."""
    path = site.released("x", "x" * 400000)
    site.control("copytool", "rate", "1")
    child = site.begin("cat", path)
    time.sleep(0.1)
    child.send_signal(signal.SIGTERM)
    began = time.monotonic()
    child.communicate(timeout=60)
    assert time.monotonic() - began > 0.1

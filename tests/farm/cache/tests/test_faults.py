# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults that tests of the product inject (field-reports L cases, lustre-hsm H and V rows)."""

import errno
import os
import subprocess
import threading
import time

import farm
import pytest


def test_evicted_client_answers_nothing_but_its_errno(site):
    """L10, C5: other mounts work; what it had open for writing turns dirty."""
    path = site.archived("x")
    second = site.cache.mount()
    fd = os.open(path, os.O_WRONLY)
    os.write(fd, b"TEXT")
    assert site.bits("x")[0] == 0x9
    site.control("evict-client", site.cache.instance(site.point), errno.ESHUTDOWN)
    assert site.bits("x")[0] == 0xb
    for act in (os.stat, os.listdir):
        with pytest.raises(OSError) as failure:
            act(site.point)
        assert failure.value.errno == errno.ESHUTDOWN
    assert os.listdir(second) == ["x"]
    site.control("evict-client", site.cache.instance(site.point), 0)
    os.close(fd)
    assert os.listdir(site.point) == ["x"]


def test_evicted_client_wakes_its_sleepers(site):
    """L10: what slept on a restore there ends with the errno; another client's goes on."""
    path = site.released("x")
    second = site.cache.mount()
    site.control("stuck-restore", "x")
    child, other = site.begin("cat", path), site.begin("cat", site.path("x", second))
    time.sleep(0.2)
    site.control("evict-client", site.cache.instance(site.point), errno.ESHUTDOWN)
    assert b"after transport endpoint shutdown" in child.communicate(timeout=10)[1]
    site.control("stuck-restore", "x", "off")
    assert other.communicate(timeout=10)[0] == b"text"


def test_a_readers_restore_can_take_longer(site):
    """P9: what hydrating before the render buys."""
    asked, read = site.released("asked"), site.released("read")
    site.control("copytool", "reader-latency", 300)
    began = time.monotonic()
    site.lfs("hsm_restore", asked)
    site.settle("asked", 0x9)
    assert time.monotonic() - began < 0.3
    began = time.monotonic()
    site.read(read)
    assert time.monotonic() - began >= 0.3


def test_frozen_mount_never_answers(site, asleep):
    """L11."""
    instance = site.cache.instance(site.point)
    site.control("freeze-mount", instance, "on")
    child = site.begin("stat", site.point)
    asleep(child)
    site.control("freeze-mount", instance, "off")
    child.wait(10)
    os.stat(site.point)


def test_a_silent_cache_answers_no_mount_and_lets_no_new_one_in(site, asleep, tmp_path):
    """L11, filecache-and-peers A2.4: servers that a client cannot reach."""
    site.control("silent", "on")
    old = site.begin("stat", site.point)
    new = site.begin(os.path.join(site.cache.tools, "mount.lustre"), site.cache.source,
                     str(tmp_path))
    asleep(old)
    assert new.poll() is None and str(tmp_path) not in farm.mounted()
    site.control("silent", "off")
    old.wait(10)
    assert new.wait(10) == 0 and str(tmp_path) in farm.mounted()
    farm.detach(str(tmp_path))


def test_size_is_lost_by_a_release_after_a_restore(site):
    """L6, and the restore brings it back."""
    site.control("size-bug", "on")
    path = site.released("x")
    assert os.stat(path).st_size == 4
    site.read(path)
    site.lfs("hsm_release", path)
    assert os.stat(path).st_size == 0 and site.bits("x")[0] == 0xd
    assert site.read(path) == "text" and os.stat(path).st_size == 4


def test_clean_and_never_releasable_until_archived_anew(site):
    """L20."""
    path = site.archived("x")
    site.control("never-releasable", "x")
    assert "not permitted" in site.lfs("hsm_release", path, rc=1)
    assert site.bits("x")[0] == 0x9
    site.lfs("hsm_set", "--dirty", path)
    site.lfs("hsm_archive", path)
    site.settle("x", 0x9)
    site.lfs("hsm_release", path)


def test_enodata_that_means_nothing(site):
    """L15: once, while the restore goes on."""
    path = site.released("x")
    site.control("enodata-once", "x")
    with pytest.raises(OSError) as failure:
        site.read(path)
    assert failure.value.errno == errno.ENODATA
    assert site.read(path) == "text"


def test_one_of_many_readers_is_told_enodata(site):
    """L15, as the 2.12 personality has it by itself."""
    path = site.released("x")
    site.control("enodata-crowd", "on")
    site.control("copytool", "latency", 300)
    outcomes = []

    def read():
        try:
            outcomes.append(site.read(path))
        except OSError as error:
            outcomes.append(error.errno)

    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert outcomes.count(errno.ENODATA) == 1 and outcomes.count("text") == 19


def test_listing_that_breaks_in_the_middle(site):
    """L4: some names, then EIO."""
    for name in "abcdef":
        site.put(site.path(name))
    site.control("readdir-error", "/")
    seen = []
    with pytest.raises(OSError) as failure:
        for entry in os.scandir(site.point):
            seen.append(entry.name)
    assert failure.value.errno == errno.EIO and 0 < len(seen) < 6
    site.control("readdir-error", "/", "off")
    assert len(os.listdir(site.point)) == 6


def test_one_unfit_file_freezes_its_batch(site):
    """L14: running until the server's timeout; a second run archives the fit one."""
    site.control("batch-freeze", "on")
    site.control("coordinator", "disable")
    one, two = site.put(site.path("one")), site.put(site.path("two"))
    site.lfs("hsm_archive", one, two)
    site.lfs("hsm_set", "--noarchive", two)
    site.control("coordinator", "enable")
    time.sleep(0.2)
    said = site.lfs("hsm_action", one, two)
    assert said.count("ARCHIVE running") == 2
    site.control("request-timeout", 0.1)
    site.settle("one", 0x0)
    site.settle("two", 0x20)
    site.control("request-timeout", 3600)
    site.lfs("hsm_archive", one)
    site.settle("one", 0x9)


@pytest.mark.parametrize("fault", ["filer-full", "filer-readonly"])
def test_filer_that_takes_nothing(site, fault):
    """H86: rc 0, NOOP, 0x1 or 0xb, and the old copy stays whole."""
    path = site.archived("x", "old")
    site.put(path, "newer")
    site.control(fault, "on")
    new = site.put(site.path("new"))
    site.lfs("hsm_archive", path, new)
    site.settle("x", 0xb)
    site.settle("new", 0x1)
    assert site.read(site.on_filer("x")) == "old"
    assert os.listdir(site.cache.filer) == ["x"]  # nothing half-written stays
    site.control(fault, "off")
    site.lfs("hsm_archive", path)
    site.settle("x", 0x9)
    assert site.read(site.on_filer("x")) == "newer"


def test_failures_by_count(site):
    """H21: NOOP after a failed copy."""
    site.control("fail-next", "archive", 1)
    path = site.put(site.path("x"))
    site.lfs("hsm_archive", path)
    site.settle("x", 0x1)
    site.lfs("hsm_archive", path)
    site.settle("x", 0x9)
    assert site.cache.stats()["archive"] == {
        "requested": 2, "queued": 2, "merged": 0, "started": 2, "done": 1, "failed": 1}


@pytest.mark.parametrize("event, state", [("write", 0x3), ("unlink", None)])
def test_what_befalls_a_file_when_its_archive_starts(site, event, state):
    """C3, H26."""
    path = site.put(site.path("x"))
    site.control("on-archive", "x", event)
    site.lfs("hsm_archive", path)
    if state is None:
        while site.cache.stats()["archive"]["failed"] == 0:
            time.sleep(0.01)
        assert not os.path.exists(path) and os.listdir(site.cache.filer) == []
    else:
        site.settle("x", state)


@pytest.mark.parametrize("site, dirty", [(["--personality", "2.12"], False),
                                         (["--personality", "2.17"], True)], indirect=["site"])
def test_second_archive_while_the_first_runs(site, dirty):
    """V5 forgets it; H25 runs it, fails, and leaves a clean file dirty."""
    path = site.put(site.path("x"))
    site.control("copytool", "latency", 100)
    site.lfs("hsm_archive", path)
    site.lfs("hsm_archive", path)
    site.settle("x", 0xb if dirty else 0x9)
    assert site.cache.stats()["archive"]["started"] == (2 if dirty else 1)


def test_undeliverable_requests_hold_the_slots(site):
    """H27, H51: three immutable files stop the queue, and lifting the flag frees it."""
    paths = [site.put(site.path("i%d" % n)) for n in range(3)]
    for path in paths:
        subprocess.check_call(["chattr", "+i", path])
    site.lfs("hsm_archive", *paths)
    other = site.put(site.path("x"))
    site.lfs("hsm_archive", other)
    time.sleep(0.3)
    assert "ARCHIVE waiting" in site.lfs("hsm_action", other)
    for path in paths:
        subprocess.check_call(["chattr", "-i", path])
    site.settle("x", 0x9)
    site.settle("i0", 0x9)


def test_immutable_is_enforced(site):
    """H51: as the MDS says it."""
    path = site.archived("x")
    subprocess.check_call(["chattr", "+i", path])
    with pytest.raises(PermissionError) as failure:
        open(path, "a").close()
    assert failure.value.errno == errno.EACCES
    for act in (lambda: os.unlink(path), lambda: os.rename(path, path + "2"),
                lambda: os.chmod(path, 0)):
        with pytest.raises(PermissionError):
            act()
    subprocess.check_call(["chattr", "-i", path])
    os.unlink(path)


def test_restores_go_before_archives(site):
    """C2."""
    released = [site.released("r%d" % n) for n in range(3)]
    site.control("copytool", "stop")
    site.control("max-requests", 1)
    new = [site.put(site.path("a%d" % n)) for n in range(3)]
    site.lfs("hsm_archive", *new)
    site.lfs("hsm_restore", *released)
    before = len(site.control("log").splitlines())
    site.control("copytool", "start")
    site.settle("a2", 0x9)
    verbs = [line.split()[0] for line in site.control("log").splitlines()[before:]]
    assert verbs == ["restore"] * 3 + ["archive"] * 3

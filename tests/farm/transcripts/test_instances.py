# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`lctl` tells which clients of a cache live on this host: the proof of an unmount (M1-M3)."""

import os
import subprocess
import time

import player
import pytest

PATTERN = ("get_param", "-N", "llite.*.uuid")


@pytest.fixture(scope="module")
def client(raise_cache):
    """A cache with one mount."""
    return raise_cache("2.17")


def instances(client):
    """The lines of lctl, one a client superblock."""
    return client.lctl(*PATTERN)[1].splitlines()


def wait_for(condition):
    """The end of a superblock is seen by the cache, not by the one who unmounts."""
    end = time.time() + 10
    while not condition() and time.time() < end:
        time.sleep(0.05)
    return condition()


@pytest.fixture
def second(client):
    """A second mount, taken away by the test or after it."""
    point = client.cache.mount()
    yield point
    if os.path.ismount(point):
        client.cache.unmount(point)
    assert wait_for(lambda: len(instances(client)) == 1)


def test_M1_each_mount_is_a_line_that_getname_confirms(client, second):
    """A second mount of the same cache is a second line."""
    names = [client.lfs("getname", point)[1].strip() for point in (client.mount, second)]
    assert names[0] != names[1]
    assert sorted(instances(client)) == sorted("llite.%s.uuid" % name for name in names)


def test_M1_needs_no_root(client):
    """Anybody may ask."""
    rc, out, err = client.lctl(*PATTERN, preexec_fn=player.become_artist)
    assert (rc, len(out.splitlines()), err) == (0, 1, "")


def test_M1_a_mount_in_another_namespace_still_counts(client, second):
    """umount ends with 0 and /proc/mounts is empty of it, yet the superblock lives."""
    holder = subprocess.Popen(["unshare", "--mount", "sleep", "60"])
    try:
        assert wait_for(lambda: os.readlink("/proc/%d/ns/mnt" % holder.pid)
                        != os.readlink("/proc/self/ns/mnt"))
        assert client.run("umount", second)[0] == 0
        assert not os.path.ismount(second)
        assert len(instances(client)) == 2
    finally:
        holder.kill()
        holder.wait()
    assert wait_for(lambda: len(instances(client)) == 1)


def test_M1_M3_an_open_file_keeps_it_past_umount_l(client, second):
    """Plain umount is refused with 32; after umount -l the line stays until the file is closed."""
    with open(os.path.join(second, "held"), "wb"):
        rc, _out, err = client.run("umount", second)
        assert (rc, "target is busy" in err) == (32, True)
        assert client.run("umount", "-l", second)[0] == 0
        assert len(instances(client)) == 2
    assert wait_for(lambda: len(instances(client)) == 1)


def test_M2_a_pattern_of_folders_prints_nothing(client):
    """`llite.*` names the folder of a client, which has no value."""
    assert client.lctl("get_param", "-N", "llite.*") == (0, "", "")


def test_M1_no_mount_is_an_error(client):
    """rc 2, the pattern with slashes; to others than root the exit status alone."""
    nothing = client.cache.environment()
    nothing["LUSTRE_SIM_DIR"] = os.path.join(client.cache.folder, "nowhere")
    command = [os.path.join(client.cache.tools, "lctl")] + list(PATTERN)
    done = subprocess.run(command, env=nothing, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == (
        b"error: get_param: param_path 'llite/*/uuid': No such file or directory\n"
    )
    rc, out, err = client.lctl("get_param", "-N", "nosuch.*.uuid",
                               preexec_fn=player.become_artist)
    assert (rc, out, err) == (2, "", "")

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mounts, clients, lazy loading and plain file system duties of the simulated cache."""

import errno
import os
import stat
import subprocess
import sys
import time

import farm
import pytest


def eventually(true, seconds=60):
    """The kernel tells the server of a last close a little later."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def instances(site):
    """What lctl shows (M1)."""
    done = subprocess.run(["lctl", "get_param", "-N", "llite.*.uuid"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=site.cache.environment(), check=False)
    return done.stdout.decode().split()


def test_a_directory_is_listed_from_the_filer_once(site):
    """filecache-and-peers A3.5: later names appear only when that very name is asked for."""
    os.makedirs(site.on_filer("d"))
    site.put(site.on_filer("d/one"), "12345")
    os.utime(site.on_filer("d/one"), ns=(0, 1699999999900000000))
    assert os.listdir(site.path("d")) == ["one"]
    st = os.stat(site.path("d/one"))
    assert (st.st_size, st.st_mtime) == (5, 1699999999)  # cut, not rounded (L28)
    assert site.bits("d/one")[0] == 0xd
    site.put(site.on_filer("d/two"))
    assert os.listdir(site.path("d")) == ["one"]
    assert not os.path.exists(site.path("d/three"))
    assert os.path.exists(site.path("d/two"))
    assert sorted(os.listdir(site.path("d"))) == ["one", "two"]


def test_what_is_deleted_or_renamed_here_does_not_come_back(site):
    """H53, A3.5: neither is exported, and the filer's copy stays away from the cache."""
    path = site.archived("x")
    os.unlink(path)
    assert not os.path.exists(path) and os.path.exists(site.on_filer("x"))
    moved = site.archived("y")
    os.rename(moved, site.path("z"))
    assert sorted(os.listdir(site.point)) == ["z"]
    assert sorted(os.listdir(site.cache.filer)) == ["x", "y"]
    site.lfs("hsm_release", site.path("z"))
    assert site.read(site.path("z")) == "text"  # from the old name


@pytest.mark.parametrize("site", [["--rename-exported"]], indirect=True)
def test_renames_can_be_exported(site):
    """The switch for what is unknown of AFC."""
    os.mkdir(site.path("d"))
    site.released("d/x")
    os.rename(site.path("d"), site.path("e"))
    assert os.listdir(site.cache.filer) == ["e"]
    assert site.read(site.path("e/x")) == "text"


def test_archive_writes_the_same_path_with_owner_mode_and_times(site):
    """A3.5; and parents are made as they are here."""
    os.makedirs(site.path("a/b"))
    os.chmod(site.path("a"), 0o2775)
    path = site.put(site.path("a/b/x"))
    os.chown(path, 1000, 1001)
    os.chmod(path, 0o640)
    os.utime(path, (1000, 2000))
    site.lfs("hsm_archive", path)
    site.settle("a/b/x", 0x9)
    st = os.stat(site.on_filer("a/b/x"))
    assert (st.st_uid, st.st_gid, st.st_mtime) == (1000, 1001, 2000)
    assert stat.S_IMODE(st.st_mode) == 0o640
    assert stat.S_IMODE(os.stat(site.on_filer("a")).st_mode) == 0o2775


def test_clients_are_counted_until_their_last_file_is_closed(site):
    """M1."""
    second = site.cache.mount()
    assert len(instances(site)) == 2
    held = open(site.path("x", second), "w")
    farm.detach(second)
    assert len(instances(site)) == 2
    held.close()
    eventually(lambda: len(instances(site)) == 1)
    subprocess.check_call(["umount", site.point])
    assert instances(site) == []


def test_plain_umount_of_a_busy_mount(site):
    """M3."""
    with open(site.path("x"), "w"):
        assert subprocess.call(["umount", site.point], stderr=subprocess.DEVNULL) == 32


def test_fileset_read_only_and_bind_mounts(site):
    """H38."""
    os.makedirs(site.path("sub/dir"))
    path = site.archived("sub/dir/x")
    fileset = site.cache.mount(subdir="sub/dir")
    assert os.listdir(fileset) == ["x"]
    site.lfs("hsm_release", os.path.join(fileset, "x"))
    frozen = site.cache.mount(options="ro")
    assert "Read-only" in site.lfs("hsm_archive", site.path("sub/dir/x", frozen), rc=30)
    assert "Read-only" in site.lfs("hsm_release", site.path("sub/dir/x", frozen), rc=30)
    site.lfs("hsm_restore", site.path("sub/dir/x", frozen))
    site.settle("sub/dir/x", 0x9)
    bind = os.path.join(site.cache.folder, "bind")
    os.mkdir(bind)
    subprocess.check_call(["mount", "--bind", site.path("sub"), bind])
    try:
        subprocess.check_call(["mount", "-o", "remount,bind,ro", bind])
        site.lfs("hsm_release", os.path.join(bind, "dir/x"), path)
    finally:
        subprocess.check_call(["umount", bind])
    with pytest.raises(farm.FarmError, match="No such file"):
        site.cache.mount(subdir="nowhere")


@pytest.mark.parametrize("source, options, rc, says", [
    ("10.0.0.1@tcp:/other", "rw", 2, "Is the filesystem name correct?"),
    ("10.0.0.1@tcp:/cache", "bogus", 22, "Are the mount options correct?"),
    ("elsewhere@tcp:/cache", "rw", 22, "Can't parse NID 'elsewhere@tcp:/cache'"),
])
def test_mount_that_fails(site, source, options, rc, says):
    """filecache-and-peers A2.4."""
    with open(os.path.join(site.cache.sockets, "hosts"), "w") as stream:
        stream.write("fc-0123.fsx.eu-west-1.amazonaws.com\n")
    point = os.path.join(site.cache.folder, "mnt", "fails")
    os.mkdir(point)
    done = subprocess.run([os.path.join(site.cache.tools, "mount.lustre"), source, point, "-o",
                           options], stderr=subprocess.PIPE, env=site.cache.environment(),
                          check=False)
    assert done.returncode == rc and says in done.stderr.decode()
    assert not os.path.ismount(point)


def test_remount(site):
    """A client turns read-only and back; the server knows (H38)."""
    path = site.archived("x")
    helper = [os.path.join(site.cache.tools, "mount.lustre"), site.cache.source, site.point, "-o"]
    subprocess.check_call(helper + ["remount,ro"], env=site.cache.environment())
    assert "Read-only" in site.lfs("hsm_release", path, rc=30)
    subprocess.check_call(helper + ["remount,rw"], env=site.cache.environment())
    site.lfs("hsm_release", path)


@pytest.mark.parametrize("inside", [[], ["unshare", "--mount", "--pid", "--uts", "--fork",
                                         "--mount-proc"]], ids=["host", "container"])
def test_a_group_member_may_release(site, inside):
    """H60: write permission by a further group counts, in a container with pids of its own too."""
    path = site.archived("x")
    os.chown(path, 0, 1234)
    os.chmod(path, 0o664)
    point = os.path.join(site.cache.folder, "inside")
    os.mkdir(point)
    script = "%s %s %s -o rw && setpriv --reuid 1000 --regid 1000 --groups %%d lfs hsm_release %s/x"
    script %= ("mount.lustre", site.cache.source, point, point)
    outsider = site.begin(*inside, "sh", "-c", script % 4321)
    assert b"Permission denied" in outsider.communicate(timeout=20)[1]
    farm.detach(point)
    member = site.begin(*inside, "sh", "-c", script % 1234)
    assert (member.communicate(timeout=20)[1], member.returncode) == (b"", 0)
    farm.detach(point)
    assert site.bits("x")[0] == 0xd


def test_writer_of_another_client_is_seen(site):
    """H12, H50: clean while it is open, refused, dirty afterwards; coherent on both."""
    path = site.archived("x")
    other = site.path("x", site.cache.mount())
    with open(other, "a") as stream:
        stream.write("more")
        stream.flush()
        os.fsync(stream.fileno())
        assert "0x00000009" in site.lfs("hsm_state", path)
        assert site.read(path) == "textmore"
    assert "0x0000000b" in site.lfs("hsm_state", path)


def test_an_inherited_descriptor_does_not_close_for_its_owner(site):
    """H12: a child that exits is no closing writer."""
    path = site.archived("x")
    fd = os.open(path, os.O_WRONLY)
    os.set_inheritable(fd, True)
    os.write(fd, b"TEXT")
    subprocess.check_call(["true"], close_fds=False)
    assert site.bits("x")[0] == 0x9
    os.close(fd)
    assert site.bits("x")[0] == 0xb


def test_killed_writer_closes(site):
    """C5."""
    path = site.archived("x")
    script = "import os, time; os.write(os.open(%r, os.O_WRONLY), b'X'); os.write(1, b'.'); %s"
    child = site.begin(sys.executable, "-c", script % (path, "time.sleep(60)"))
    child.stdout.read(1)
    assert site.bits("x")[0] == 0x9
    child.kill()
    child.wait()
    eventually(lambda: site.bits("x")[0] == 0xb)


def test_appends_of_two_clients_do_not_overwrite(site):
    """O_APPEND is the server's business: it alone knows the end."""
    second = site.cache.mount()
    first, other = (os.open(site.path("log", point), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
                    for point in (site.point, second))
    for n in range(20):
        os.write((first, other)[n % 2], b"%02d\n" % n)
    os.close(first)
    os.close(other)
    assert site.read(site.path("log")).split() == ["%02d" % n for n in range(20)]


def test_names_links_and_kinds(site):
    """What any file system does."""
    path = site.put(site.path("x"))
    os.link(path, site.path("hard"))
    os.symlink("x", site.path("soft"))
    os.mkfifo(site.path("fifo"))
    os.mknod(site.path("device"), stat.S_IFCHR | 0o600, os.makedev(1, 3))
    os.mkdir(site.path("d"))
    site.put(site.path("d/y"))
    os.rename(site.path("d"), site.path("e"))
    assert os.stat(path).st_nlink == 2 and os.readlink(site.path("soft")) == "x"
    assert os.stat(site.path("device")).st_rdev == os.makedev(1, 3)
    with pytest.raises(OSError) as failure:
        os.rmdir(site.path("e"))
    assert failure.value.errno == errno.ENOTEMPTY
    os.rename(path, site.path("e/y"))
    assert os.stat(site.path("hard")).st_nlink == 2
    os.setxattr(site.path("hard"), "user.note", b"kept")
    assert os.getxattr(site.path("e/y"), "user.note") == b"kept"
    os.unlink(site.path("e/y"))
    os.rmdir(site.path("e"))
    assert sorted(os.listdir(site.point)) == ["device", "fifo", "hard", "soft"]
    with pytest.raises(OSError) as failure:
        site.put(site.path("n" * 256))
    assert failure.value.errno == errno.ENAMETOOLONG


def test_deleted_while_open(site):
    """The bytes live as long as someone has them open."""
    path = site.put(site.path("x"))
    with open(path) as stream:
        os.unlink(path)
        assert stream.read() == "text" and os.fstat(stream.fileno()).st_nlink == 0
    store = os.path.join(site.cache.folder, "store")
    eventually(lambda: os.listdir(store) == [])


def test_programs_run_from_the_cache(site):
    """A private mapping of a released file restores it (H11)."""
    script = site.path("tool")
    with open("/bin/true", "rb") as source, open(script, "wb") as target:
        target.write(source.read())
    os.chmod(script, 0o755)
    site.lfs("hsm_archive", script)
    site.settle("tool", 0x9)
    site.lfs("hsm_release", script)
    assert subprocess.call([script]) == 0
    site.settle("tool", 0x9)


def test_many_names_are_listed_whole_while_some_go(site):
    """A listing continues behind names that were removed meanwhile."""
    os.mkdir(site.path("d"))
    for n in range(3000):
        os.mknod(site.path("d/%04d" % n))
    seen = []
    with os.scandir(site.path("d")) as entries:
        for entry in entries:
            seen.append(entry.name)
            if len(seen) % 2:
                os.unlink(entry.path)
    assert len(seen) == len(set(seen)) == 3000
    assert len(os.listdir(site.path("d"))) == 1500


def test_a_trusted_attribute_shows_the_state_to_root(site):
    """H10."""
    path = site.released("x")
    assert os.getxattr(path, "trusted.hsm")[4] == 0xd
    script = "import os; os.setuid(1000); os.getxattr(%r, 'trusted.hsm')" % path
    done = subprocess.run([sys.executable, "-c", script], stderr=subprocess.PIPE, check=False)
    assert b"No data available" in done.stderr


def lctl(site, *words):
    done = subprocess.run(["lctl"] + list(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=site.cache.environment(), check=False)
    return done.returncode, done.stdout.decode().split()


def test_tuning_lasts_as_long_as_the_mount(site):
    """filecache-and-peers A1.3: set_param does not persist, it has to be done after every mount."""
    wanted = "osc.*.max_rpcs_in_flight"
    assert lctl(site, "get_param", "-n", wanted) == (0, ["8", "8"])
    rc, said = lctl(site, "set_param", wanted + "=32", "mdc.*.max_mod_rpcs_in_flight=50")
    assert rc == 0 and len(said) == 3 and all(line.startswith(("osc.", "mdc.")) for line in said)
    assert lctl(site, "get_param", "-n", wanted, "mdc.*.max_*") == (0, ["32", "32", "8", "50"])
    site.cache.unmount(site.point)
    eventually(lambda: not instances(site))
    assert lctl(site, "get_param", "-n", wanted)[0] == errno.ENOENT
    assert lctl(site, "set_param", wanted + "=32")[0] == errno.ENOENT
    site.point = site.cache.mount(site.point)
    assert lctl(site, "get_param", "-n", wanted) == (0, ["8", "8"])


def test_what_cannot_be_set_is_refused(site):
    assert lctl(site, "set_param", "osc.*.max_rpcs_in_flight=many")[0] == errno.EINVAL
    assert lctl(site, "set_param", "llite.*.uuid=x")[0] == errno.ENOENT


def test_two_caches_are_told_apart_by_the_same_clients(site, tmp_path):
    """They share what a network is elsewhere; one that ends leaves the other alone."""
    with farm.Cache(str(tmp_path), "other", tools=site.cache.tools,
                    sockets=site.cache.sockets) as other:
        point = other.mount()
        named = [site.lfs("getname", each).split("-")[0] for each in (site.point, point)]
        assert named == ["cache", "other"]
        assert sorted(name.split(".")[1].split("-")[0] for name in instances(site)) == named
    assert os.path.exists(site.cache.socket)
    assert [name.split(".")[1].split("-")[0] for name in instances(site)] == ["cache"]

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client of the 2.12 line says where the recorded 2.17 says something else.

Sources: lustre-hsm V1, H71; field-reports L3, L4; and lustre-release at tag 2.12.9 for getname,
df and path2fid. Each test looks at the new client, too, so that it shows the difference.
"""

import os

import player
import pytest

MISSING = "No such file or directory"
NOT_A_FILE = "Inappropriate ioctl for device"


@pytest.fixture(scope="module", params=["2.12", "2.17"])
def client(request, raise_cache):
    """A cache of this personality, with `lfs` to call on it."""
    cache = raise_cache(request.param)
    cache.old = request.param == "2.12"
    return cache


@pytest.fixture
def folder(client, request):
    """A fresh folder on the mount."""
    path = os.path.join(client.mount, request.node.originalname)
    os.mkdir(path)
    return path


def write(folder, *names):
    """Files with a byte in them; their paths."""
    paths = [os.path.join(folder, name) for name in names]
    for path in paths:
        with open(path, "wb") as stream:
            stream.write(b"x")
    return paths


def lines(listing):
    """The names of a listing, whatever ends them."""
    return listing.replace("\0", "\n").split("\n")


def test_V1_state_stops_at_the_first_path_that_fails(client, folder):
    """The files behind it are not reported; the words differ."""
    one, two = write(folder, "one", "two")
    gone = folder + "/gone"
    rc, out, err = client.lfs("hsm_state", one, gone, two)
    assert rc == 2
    if client.old:
        assert out == "%s: (0x00000000)\n" % one
        assert err == "can't get hsm state for %s: %s\n" % (gone, MISSING)
    else:
        assert out == "%s: (0x00000000)\n%s: (0x00000000)\n" % (one, two)
        assert err == "lfs hsm_state: get HSM state for '%s' failed: %s\n" % (gone, MISSING)


def test_V1_action_stops_at_the_first_path_that_fails(client, folder):
    """Likewise; a folder is ENOTTY."""
    one, two = write(folder, "one", "two")
    rc, out, err = client.lfs("hsm_action", folder, one, two)
    assert rc == 25
    if client.old:
        assert out == ""
        assert err == "can't get hsm action for %s: %s\n" % (folder, NOT_A_FILE)
    else:
        assert out == "%s: NOOP\n%s: NOOP\n" % (one, two)
        assert err == "lfs hsm_action: get hsm action for '%s' failed: %s\n" % (folder, NOT_A_FILE)


def test_V1_speaks_the_old_way_of_a_descriptor_too(client, folder):
    """The engine names files by /proc/self/fd/N/NAME (M5)."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        gone = "/proc/self/fd/%d/gone" % fd
        rc, out, err = client.lfs("hsm_state", gone, pass_fds=(fd,))
    finally:
        os.close(fd)
    assert (rc, out) == (2, "")
    assert err.startswith("can't get" if client.old else "lfs hsm_state: get"), err


def test_V1_hsm_set_stops_too(client, folder):
    """hsm_set of a 2.12 client ends at the first file, in its own words."""
    one, = write(folder, "one")
    gone = folder + "/gone"
    rc, _out, err = client.lfs("hsm_set", "--norelease", gone, one)
    assert rc == 2
    state = client.lfs("hsm_state", one)[1]
    if client.old:
        assert err == "Can't change hsm flags for %s: %s\n" % (gone, MISSING)
        assert "(0x00000000)" in state
    else:
        assert "(0x00000010) never_release" in state


def test_V2_the_lines_of_state_are_the_same(client, folder):
    """Bits and words did not change between 2.10 and 2.17."""
    one, = write(folder, "one")
    assert client.lfs("hsm_set", "--exists", "--archived", "--norelease", one) == (0, "", "")
    assert client.lfs("hsm_state", one)[1].startswith(
        "%s: (0x00000019) exists archived never_release" % one
    )


@pytest.mark.parametrize("options, shown", [
    (["!", "-L", "released"], False),
    (["-0"], False),
    (["--print0"], False),
    (["--layout=raid0"], False),
    (["--type=f"], False),
    (["-L", "raid0"], True),
    (["--type", "f"], True),
    ([], True),
])
def test_L3_a_second_root_before_a_short_option_is_not_visited(client, options, shown):
    """The last root is lost without a word, save before options that take two arguments."""
    base = os.path.join(client.mount, "L3" + "".join(options).replace("/", ""))
    roots = [base + ".a", base + ".b"]
    for root in roots:
        os.mkdir(root)
        write(root, "file")
    rc, out, err = client.lfs("find", *(roots + options))
    assert (rc, err) == (0, "")
    listed = lines(out)
    assert roots[0] + "/file" in listed
    assert (roots[1] + "/file" in listed) == (shown or not client.old)
    for root in roots:
        assert root + "/file" in lines(client.lfs("find", root, *options)[1])


def test_L4_a_folder_near_the_longest_path_is_left_half_listed(client, folder):
    """Exit status 0 and one line on stderr; the newer client lists all of it."""
    room = os.pathconf(folder, "PC_PATH_MAX") - 1 - len(folder)
    here = os.open(folder, os.O_RDONLY)
    for level in range((room - 60) // 251):
        os.mkdir("%02d" % level + "d" * 248, dir_fd=here)
        below = os.open("%02d" % level + "d" * 248, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    depth = len(os.readlink("/proc/self/fd/%d" % here))
    longest = min(255, 4095 - depth - 1)
    names = ["s"] + ["%02d" % i + "n" * (longest - 2) for i in range(20)]
    for name in names:
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=here))
    os.close(here)
    rc, out, err = client.lfs("find", folder, "--type", "f")
    listed = [line.rsplit("/", 1)[1] for line in out.splitlines()]
    assert rc == 0
    if client.old:
        assert len(listed) < len(names)
        assert err == "lfs find: error: llapi_semantic_traverse: string buffer too small\n"
    else:
        assert (sorted(listed), err) == (sorted(names), "")


def test_H71_printf_and_threads_are_new(client, folder):
    """An option that the client lacks is a usage error, and nothing is listed."""
    one, = write(folder, "one")
    for options in (["--printf", "%p %LF\\n"], ["--threads", "2"]):
        rc, out, _err = client.lfs("find", one, *options)
        assert (rc, one in out) == ((4, False) if client.old else (0, True))


def test_getname_repeats_the_path_and_knows_no_options(client):
    """2.12.9: `NAME-INSTANCE PATH` for one path, too, and -n is a usage error."""
    out = client.lfs("getname", client.mount)[1]
    assert out.endswith(" %s\n" % client.mount) == client.old
    assert client.lfs("getname", "-n", client.mount)[0] == (4 if client.old else 0)


def test_df_is_silent_about_what_is_not_lustre(client):
    """2.12.9: nothing and 0, where H73 says 95; and its lines have other blanks."""
    rc, out, err = client.lfs("df", "/proc")
    assert (rc, out, err) == (
        (0, "", "") if client.old else (95, "df:/proc Not a Lustre filesystem\n", "")
    )
    head, first = client.lfs("df", client.mount)[1].splitlines()[:2]
    assert head.endswith("Use% Mounted on" if client.old else "Use%  Mounted on")
    assert first.endswith("[MDT:0]" if client.old else "[MDT:0] ")


def test_path2fid_of_2_12_has_to_read_the_file(client, folder):
    """It opens the file; the newer one only looks at its name (H61)."""
    secret, = write(folder, "secret")
    os.chmod(secret, 0)
    rc, _out, err = client.lfs("path2fid", secret, preexec_fn=player.become_artist)
    assert (rc, "Permission denied" in err) == ((13, True) if client.old else (0, False))

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two families of lfs: what it says and does (H6; V1 is lfs 2.10 - 2.15)."""


class New(object):
    goes_on = True  # the other paths still print
    opens = False  # reads a FID without opening the file
    df_header = b'UUID                   1K-blocks        Used   Available Use%  Mounted on'
    df_refuses = True  # says so when a path is not on Lustre
    getname_short = True  # one path: no path behind the name; -n: FSNAME alone

    @staticmethod
    def failed(verb, path, strerror):
        what = b'HSM state' if verb == 'hsm_state' else b'hsm action'
        return b"lfs %s: get %s for '%s' failed: %s\n" % (verb.encode(), what, path, strerror)

    @staticmethod
    def set_failed(verb, path, strerror):
        return b"lfs %s: change hsm flags for '%s' failed: %s\n" % (verb.encode(), path, strerror)


class Old(object):
    goes_on = False  # stops at the first path that fails
    # [source 2.12]: it opens a file for reading to learn its FID, and
    opens = True
    df_header = b'UUID                   1K-blocks        Used   Available Use% Mounted on'
    df_refuses = False
    getname_short = False

    @staticmethod
    def failed(verb, path, strerror):
        what = b'hsm state' if verb == 'hsm_state' else b'hsm action'
        return b"can't get %s for %s: %s\n" % (what, path, strerror)

    @staticmethod
    def set_failed(_verb, path, strerror):
        return b"Can't change hsm flags for %s: %s\n" % (path, strerror)


NEW, OLD = New(), Old()

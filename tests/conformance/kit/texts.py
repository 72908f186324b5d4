# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two families of error texts of hsm_state and hsm_action (H6; V1 is lfs 2.10 - 2.15)."""


class New(object):
    goes_on = True  # the other paths still print

    @staticmethod
    def failed(verb, path, strerror):
        what = b'HSM state' if verb == 'hsm_state' else b'hsm action'
        return b"lfs %s: get %s for '%s' failed: %s\n" % (verb.encode(), what, path, strerror)


class Old(object):
    goes_on = False  # stops at the first path that fails

    @staticmethod
    def failed(verb, path, strerror):
        what = b'hsm state' if verb == 'hsm_state' else b'hsm action'
        return b"can't get %s for %s: %s\n" % (what, path, strerror)


NEW, OLD = New(), Old()

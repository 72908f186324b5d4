# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of every module that looks at files of a cache."""


class ModuleDocFragment(object):

    DOCUMENTATION = r'''
options:
  path:
    description:
      - Absolute path of a file or a folder on the cache. A string is one path, with all its
        commas, blanks and C(~); a list is many.
      - All paths must lie on one mount. A symbolic link is refused.
    type: raw
    required: true
  recurse:
    description:
      - Take everything below the folders in O(path). Without it a folder is refused.
    type: bool
    default: false
  patterns:
    description:
      - Only files whose name matches one of these globs, as C(*.exr). A pattern with a C(/) is
        compared with the path relative to O(path); there C(*) does not cross a C(/) and C(**)
        does.
      - A string is one pattern, a list is many.
    type: raw
    default: []
  excludes:
    description:
      - Not the files and folders that match one of these globs. They win over O(patterns).
    type: raw
    default: []
  from:
    description:
      - Absolute path, on the managed host, of a list of names. Only these files are taken.
      - A name is absolute, or relative to the one O(path). A name outside, or with C(..), is
        refused with the whole list before anything is requested. A name that is missing is that
        file's failure.
    type: raw
  from_null:
    description:
      - The list in O(from) is separated by NUL instead of newlines, so that every name can be
        said.
    type: bool
    default: false
  older_than:
    description:
      - Only files that were not changed for so long, as C(30m), C(12h) or C(2d).
    type: str
  newer_than:
    description:
      - Only files that changed since then, in seconds since 1970, or so long ago, as C(2d).
    type: str
  shard:
    description:
      - The I-th of N parts of the files, as C(2/5). Which part a file belongs to depends only on
        its path below O(path), so N hosts share the work without asking each other.
    type: str
  timeout:
    description:
      - End the run after so many seconds. V(0) is no limit.
    type: int
    default: 0
  stall_timeout:
    description:
      - End the run when nothing moved for so many seconds. V(0) is no limit.
    type: int
    default: 600
  jobs:
    description:
      - How many calls of C(lfs) run side by side.
    type: int
    default: 4
  error_limit:
    description:
      - Stop after so many failures of one kind below one path, when they are more than half of
        what was finished there. V(0) goes on to the end.
    type: int
    default: 100
  max_report:
    description:
      - Name at most so many files in the result. The counts are always complete.
    type: int
    default: 100
requirements:
  - Python 3.6 or newer and the Lustre client (C(lfs)) on the managed host
'''

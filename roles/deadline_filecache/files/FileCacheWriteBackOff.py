#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stays of the write-back once it is off: jobs still name it, and their own scripts go on."""

from Deadline.Scripting import RepositoryUtils

USER_SCRIPT = 'FileCacheUserPostTaskScript'


def __main__(*args):
    path = str(args[0].GetJob().GetJobExtraInfoKeyValueWithDefault(USER_SCRIPT, ''))
    if not path:
        return
    path = str(RepositoryUtils.CheckPathMapping(path))
    with open(path, 'rb') as stream:
        code = compile(stream.read(), path, 'exec')
    namespace = {'__name__': 'user_post_task_script', '__file__': path}
    exec(code, namespace)
    namespace['__main__'](*args)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Python runs the command."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation import (
    interpreter,
)


def answers(*answer):
    return lambda argv: answer


def test_the_first_that_is_there():
    found = interpreter.find(answers(0, '3 6 cpython-36 330d0d0a\n', ''),
                             [b'/usr/libexec/nowhere', b'/usr/bin/env'])
    assert found == (b'/usr/bin/env', 'cpython-36-330d0d0a')


@pytest.mark.parametrize('places, answer, said', [
    ([b'/nowhere/python3'], (), 'Install it'),
    ([b'/usr/bin/env'], (0, '3 5 cpython-35 17\n', ''), 'is Python 3.5'),
    ([b'/usr/bin/env'], (0, '2 7 x 17\n', ''), 'is Python 2.7'),
    ([b'/usr/bin/env'], (127, '', 'no libpython\n'), 'does not run: no libpython'),
    ([b'/usr/bin/env'], (0, 'hello\n', ''), 'does not run: hello'),
])
def test_what_cannot_run_it(places, answer, said):
    with pytest.raises(Refused) as problem:
        interpreter.find(answers(*answer), places)
    assert said in str(problem.value)


def test_one_that_others_could_replace(tmp_path):
    python = tmp_path / 'python3'
    python.symlink_to('/usr/bin/python3')
    os.chmod(str(tmp_path), 0o777)
    with pytest.raises(Refused, match='can be changed by others'):
        interpreter.find(answers(), [os.fsencode(str(python))])

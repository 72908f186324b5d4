# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image that was booted, after the stage boot."""


def test_the_cache_is_mounted_and_the_services_run(worker):
    worker.expect_at_work()


def test_nothing_was_installed_for_that(worker):
    def software(lines):
        return {line for line in lines if line.startswith(('package ', 'rpm ', 'held '))}
    assert software(worker.snapshot()) == software(worker.remembered('image'))

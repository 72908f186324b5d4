# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes beside a test."""

import contextlib
import subprocess


@contextlib.contextmanager
def running(*args, **kwargs):
    """A process that does not outlive its test, nor do its pipes, however that ends."""
    with subprocess.Popen(*args, **kwargs) as process:
        try:
            yield process
        finally:
            process.kill()

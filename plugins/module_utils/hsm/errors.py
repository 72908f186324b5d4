# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one exception of the engine that people see."""


class Refused(Exception):
    """The input or the place is not what it must be; nothing was requested.

    The message is one or more full sentences: what is wrong, and what to do.
    """

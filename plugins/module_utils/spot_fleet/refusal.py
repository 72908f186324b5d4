# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a fleet configuration is left alone."""


class Refusal(ValueError):
    """Nothing was changed. Its text is a sentence for people: what is wrong and what to do."""

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Property tests judge what comes out, not how busy the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile('any_machine', deadline=None,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile('any_machine')

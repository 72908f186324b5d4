# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verb watch: the service that keeps the list of what this host writes."""

import os

from ..hsm.errors import Refused
from ..watch.keeper import Keeper
from ..watch.service import Service


def run_verb(config, stop, err):
    """Watch until a signal comes; return (exit status, counts)."""
    points = [mount.path for mount in config.mounts]
    if not points:
        raise Refused('/etc/file-cache/config.json names no mount of this host, so there is '
                      'nothing to watch; run the role file_cache_client again, which writes it.')
    if os.geteuid() != 0:
        raise Refused('watch needs root: the kernel tells nobody else what is written.')

    def say(text):
        err.write('file-cache: %s\n' % text)

    Service(points, Keeper(say=say), say).run(stop)
    return 0, {}

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verb guard: the service that waits for the Spot interruption notice."""

import os

from ..guard.farewell import Farewell
from ..guard.imds import Metadata, endpoint
from ..guard.marker import Marker
from ..guard.saving import Saving
from ..guard.service import Guard
from ..host.programs import Programs
from ..hsm.child import Children
from ..hsm.errors import Refused


def run_verb(config, stop, err):
    """Guard until a signal comes; return (exit status, counts)."""
    if os.geteuid() != 0:
        raise Refused('guard needs root: it stops services and unmounts.')

    def say(text):
        err.write('file-cache: %s\n' % text)

    metadata = Metadata(endpoint(os.environ))
    children = Children()
    try:
        leave = Farewell(Programs(children), config.settings['guard']['services'], config.mounts,
                         Saving(children, config), say)
        Guard(metadata, Marker(), leave, say).run(stop)
    finally:
        children.close()
    return 0, {}

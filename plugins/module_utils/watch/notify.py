# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Word to the service manager that started us, where one asked for it (sd_notify)."""

import os
import socket

READY, STOPPING, ALIVE = 'READY=1', 'STOPPING=1', 'WATCHDOG=1'


def tell(*words):
    """Send words like READY; without a service manager nothing is done."""
    address = os.environ.get('NOTIFY_SOCKET')
    if not address:
        return
    if address.startswith('@'):
        address = '\0' + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
        # A manager that does not listen must not hold the service up.
        manager.setblocking(False)
        try:
            manager.sendto('\n'.join(words).encode('utf-8'), address)
        except OSError:
            # The next word may get through; READY does not come again, so it is given a retry.
            if READY in words:
                manager.settimeout(5)
                manager.sendto('\n'.join(words).encode('utf-8'), address)


def status(text):
    """Return the word that says for people what the service does."""
    return 'STATUS=' + text

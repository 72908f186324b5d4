# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""deadline.ini: one for all users of a machine, and over it each user's own (deadline 129, 152)."""


def values(machine, user):
    """{key in lower case: value} of a machine's document, as a user's process reads it."""
    layers = (machine["ini"], machine.get("user_ini", {}).get(user, {}))
    return {key.lower(): value for layer in layers for key, value in layer.items()}


def put(database, name, user, key, value):
    """Set a value of one user, or of all users where `user` is None. Keys are in any case."""
    with database.change("machines", name) as machine:
        layer = machine["ini"] if user is None else (
            machine.setdefault("user_ini", {}).setdefault(user, {}))
        for each in [each for each in layer if each.lower() == key.lower()]:
            del layer[each]
        layer[key] = value

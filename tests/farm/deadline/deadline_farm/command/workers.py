# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers: what they report and what is set for them."""

from .pools import known_worker, names
from .registry import Failure, command


def information(worker):
    """What a worker says of itself."""
    return {
        "Name": worker["name"], "Host": worker["host"], "UserName": worker["user"],
        "OperatingSystem": worker["os"], "Region": worker["region"], "State": worker["state"],
        "Version": worker["version"], "CPUs": worker["cpus"], **settings(worker)}


# Key of the command, key of the worker's document.
SETTINGS = {"Enabled": "enabled", "Pools": "pools", "Groups": "groups"}


def settings(worker):
    """What is set for a worker in the Monitor."""
    values = {key: worker[name] for key, name in SETTINGS.items()}
    values.update(worker["extra"])
    return {key: ",".join(value) if isinstance(value, list) else value
            for key, value in values.items()}


def _one(values, key):
    for each, value in values.items():
        if each.lower() == key.lower():
            return value
    raise Failure("There is no such key: %s" % key)


@command("GetSlaveNames")
def get_names(session, _):
    """The names of all workers."""
    return [worker["name"] for worker in session.database.bodies("workers")]


@command("GetSlaveInfo", "<Worker> [Key]")
def get_info(session, words):
    """What a worker reports, or one value of it."""
    values = information(known_worker(session, words[0]))
    return _one(values, words[1]) if words[1:] else values


@command("GetSlaveSettings", "<Worker>")
def get_settings(session, words):
    """What is set for a worker."""
    return settings(known_worker(session, words[0]))


@command("GetSlaveSetting", "<Worker> <Key>")
def get_setting(session, words):
    """One value that is set for a worker."""
    return _one(settings(known_worker(session, words[0])), words[1])


@command("SetSlaveSetting", "<Worker> <Key> <Value>")
def set_setting(session, words):
    """Set a value for a worker."""
    name = known_worker(session, words[0])["name"]
    key = SETTINGS.get(words[1].capitalize())
    with session.database.change("workers", name) as worker:
        if key is None:
            worker["extra"][words[1]] = words[2]
        else:
            worker[key] = words[2].lower() == "true" if key == "enabled" else names(words[2])

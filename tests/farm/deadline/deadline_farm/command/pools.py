# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools and groups, of the farm and of its workers."""

from ..state import repository
from .registry import Failure, command

NONE = "none"  # always there, never in the database


def names(text):
    """Names are in lower case, whatever was typed."""
    return [name.strip().lower() for name in text.split(",") if name.strip()]


def known_worker(session, name):
    """The worker's document, by its name in any case."""
    for key, worker in session.database.all("workers"):
        if key.lower() == name.lower():
            return worker
    raise Failure("The Worker %s does not exist" % name)


def _only_known(session, kind, wanted):
    missing = sorted(set(wanted) - set(session.database.get("farm", kind, [])) - {NONE})
    if missing:
        raise Failure("There is no such %s: %s" % (kind[:-1], ", ".join(missing)))


def _set(session, kind, workers, wanted, keep=False):
    wanted = names(wanted)
    _only_known(session, kind, wanted)
    chosen = [known_worker(session, name.strip())["name"] for name in workers.split(",")]
    for name in chosen:
        with session.database.change("workers", name) as worker:
            old = worker[kind] if keep else []
            worker[kind] = old + [each for each in wanted if each not in old + [NONE]]


@command("GetPoolNames")
def get_pool_names(session, _):
    """All pools."""
    return [NONE] + session.database.get("farm", "pools", [])


@command("GetGroupNames")
def get_group_names(session, _):
    """All groups."""
    return [NONE] + session.database.get("farm", "groups", [])


@command("AddPool", "<Pool>")
def add_pool(session, words):
    """Add a pool to the farm."""
    repository.add_name(session.database, "pools", words[0])


@command("AddGroup", "<Group>")
def add_group(session, words):
    """Add a group to the farm."""
    repository.add_name(session.database, "groups", words[0])


@command("SetPoolsForSlave", "<Workers> <Pools>")
def set_pools(session, words):
    """Give workers exactly these pools, in this order."""
    _set(session, "pools", *words)


@command("SetGroupsForSlave", "<Workers> <Groups>")
def set_groups(session, words):
    """Give workers exactly these groups."""
    _set(session, "groups", *words)


@command("AddPoolToSlave", "<Workers> <Pool>")
def add_pool_to(session, words):
    """Give workers one pool more."""
    _set(session, "pools", *words, keep=True)


@command("AddGroupToSlave", "<Workers> <Group>")
def add_group_to(session, words):
    """Give workers one group more."""
    _set(session, "groups", *words, keep=True)

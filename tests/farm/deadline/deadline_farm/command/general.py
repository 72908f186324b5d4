# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""deadlinecommand itself: its version, its help, and deadline.ini."""

from . import registry
from .registry import Failure, command

CONNECTION = "<Direct|Proxy> <Connection> [Certificate] [Password]"
CONNECTIONS = {"direct": ("Direct", "NetworkRoot"), "proxy": ("Remote", "ProxyRoot"),
               "remote": ("Remote", "ProxyRoot")}


@command("Version", offline=True)
def version(session, _):
    """The version of this client."""
    build = "v%s Release (0123456789)" % session.version_text
    return "Deadline Command [%s]" % build if session.version >= (10, 2) else build


@command("Help", "[Command]", offline=True)
def show_help(_, words):
    """What a sub-command does, or the names of all."""
    if not words:
        return sorted(each.name for each in registry.COMMANDS.values())
    found = registry.find(words[0])
    if found is None:
        raise Failure("Unrecognized command: %s" % words[0])
    return found.help()


@command("GetIniFileSetting", "<Key>", offline=True)
def get_setting(session, words):
    """A value of deadline.ini: the user's, else that of all users."""
    return session.connection.get(words[0])


@command("SetIniFileSetting", "<Key> <Value> [AllUsers]", offline=True)
def set_setting(session, words):
    """Set a value of deadline.ini, for this user or for all."""
    everybody = words[2:] and words[2].lower() in ("true", "allusers")
    session.connection.put(words[0], words[1], everybody)


def _connect(session, words, check):
    try:
        kind, key = CONNECTIONS[words[0].lower()]
    except KeyError:
        raise Failure("The connection is Direct or Proxy, not %s" % words[0])
    values = {"ConnectionType": kind, key: words[1]}
    if kind == "Remote":
        certificate = (words + [""])[2]
        values.update(ProxyUseSSL=str(bool(certificate)), ProxySSLCertificate=certificate)
    if check:
        session.connection.tried(values)
    for key, value in values.items():
        session.connection.put(key, value)
    return "Success"


@command("ChangeRepository", CONNECTION, offline=True)
def change_repository(session, words):
    """Connect this user to a repository, when it answers."""
    return _connect(session, words, check=True)


@command("ChangeRepositorySkipValidation", CONNECTION, offline=True)
def change_repository_unseen(session, words):
    """Connect this user to a repository, whether it answers or not."""
    return _connect(session, words, check=False)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the repository's files are, as this machine sees them (deadline 7, 8)."""

from .registry import Failure, command


def _custom(words):
    return len(words) > 1 and words[1].lower() == "true"


def _found(session, name, custom):
    """The relative path that counts: a custom item hides the stock one (deadline 3)."""
    own = "custom/" + name
    if custom and not name.startswith("custom/") and session.repository.exists(own):
        return own
    return name


@command("GetRepositoryRoot")
def get_root(session, _):
    """The repository's folder. Over a Remote Connection Server it is the server's, no mount."""
    return session.repository.root()


@command("GetRepositoryVersion")
def get_version(session, _):
    """The version of the repository."""
    return session.version_text


@command("GetRepositoryPath", "<SubDirectory> [CheckCustom]")
def get_path(session, words):
    """A folder of the repository."""
    return session.repository.path(_found(session, words[0].strip("/\\"), _custom(words)))


@command("GetRepositoryFilePath", "<File> [CheckCustom]")
def get_file_path(session, words):
    """A file of the repository."""
    name = _found(session, words[0].replace("\\", "/").strip("/"), _custom(words))
    if not session.repository.exists(name):
        raise Failure("The repository has no file %s" % words[0])
    return session.repository.local(name)


@command("GetEventPluginNames")
def get_event_plugins(session, _):
    """The names of the event plugins."""
    return session.repository.folders("events")


@command("GetPluginNames")
def get_plugins(session, _):
    """The names of the render plugins."""
    return session.repository.folders("plugins")


@command("DoPendingJobScan", "[Option...]")
def pending_job_scan(session, _):
    """Release the pending jobs whose dependencies are met."""
    return ["Released %s" % job for job in session.scan()]

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The repository's files: event plugins, scripts, job files and reports (deadline 1-7)."""

from . import disk, jobfile, mapping, switches
from .database import Database
from .ids import new_id

FOLDERS = ("custom/events", "custom/plugins", "custom/scripts/Jobs", "custom/scripts/General",
           "events", "plugins", "scripts", "settings", "jobs", "reports")
# What a folder is known as a repository by, and how clients reach its database (deadline 2).
SETTINGS = {"repository.ini": b"[DeadlineRepository]\r\nVersion=10.3.2.1\r\n",
            "connection.ini": b"[Connection]\r\nDatabaseName=deadline10db\r\n"}
EVERYBODY = 0o777  # workers and submitters run as several users


def create(folder):
    """Make an empty repository and its database; returns the database."""
    for name in FOLDERS:
        disk.make_folder("%s/repository/%s" % (folder, name))
    for name in ("jobs", "reports"):
        disk.make_folder("%s/repository/%s" % (folder, name), EVERYBODY)
    for name, content in SETTINGS.items():
        disk.write("%s/repository/settings/%s" % (folder, name), content)
    database = Database.create(folder)
    database.put("farm", "identity", new_id())
    return database


def store(jobs, folder, info, plugin_info, aux, submitter):
    """A submission of these bytes and auxiliary files; returns the new job's id.

    `info`, `plugin_info`: contents of the two files. `aux`: [(name, contents)]; of two auxiliary
    files of one name the last is kept: only their names go with the job.
    """
    props, lines = jobfile.read_job(jobfile.decode(info))
    plugin_pairs = jobfile.pairs(jobfile.decode(plugin_info))
    props["UserName"] = props["UserName"] or submitter["user"]
    props["MachineName"] = props["MachineName"] or submitter["name"]
    _known_pools(jobs.database, props)
    job = jobs.create(props, dict(plugin_pairs), lines,
                      dict.fromkeys(name for name, _ in aux))
    here = "%s/repository/jobs/%s" % (folder, job)
    disk.make_folder(here, EVERYBODY)
    disk.make_folder("%s/repository/reports/%s" % (folder, job), EVERYBODY)
    for name, data in aux:
        disk.write("%s/%s" % (here, name), data)
    return job


def _known_pools(database, props):
    if switches.read(database)["unknown_pool"] == "kept":
        return
    for key, kind in (("Pool", "pools"), ("SecondaryPool", "pools"), ("Group", "groups")):
        if props[key].lower() not in database.get("farm", kind, []) + ["none", ""]:
            props[key] = "" if key == "SecondaryPool" else "none"


def map_path(database, path, system, region, separators=False):
    """A path or a longer text as a machine of that system and region reads it."""
    return mapping.map_text(path, database.get("farm", "path_mappings", []), system, region,
                            switches.read(database), separators)


def known_region(database, region):
    """A worker of a region that the repository does not define is unrecognized (154, D19)."""
    if not region or region.lower() == "none":
        return "none"
    defined = database.get("farm", "regions", [])
    return next((name for name in defined if name.lower() == region.lower()), "unrecognized")


def mappings_of(database, system, region):
    """[(from, to)] of the rules for a machine (deadline 141)."""
    return [(rule["Path"], rule[mapping.COLUMNS[system]])
            for rule in database.get("farm", "path_mappings", [])
            if mapping.applies(rule, system, region)]


def add_name(database, kind, name):
    """A pool or group: in lower case, once."""
    with database.change("farm", kind, []) as names:
        if name.lower() not in names + ["none"]:
            names.append(name.lower())


def put_server_data(database, data_id, values):
    """Set values of server data; its concurrency token changes (deadline 161-163)."""
    with database.change("server_data", data_id, {"values": {}, "token": ""}) as found:
        found["values"].update(values)
        found["token"] = new_id()

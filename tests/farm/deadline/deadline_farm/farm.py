# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raise a simulated farm and drive it: what tests and demos use.

    with Farm(folder) as farm:
        farm.define(pools=["cloud"], groups=["cloud_linux"], regions=["aws"])
        farm.map_path(r"Z:\\assets", linux="/mnt/cache/assets", region="aws")
        farm.install_event_plugin(".../FileCacheHandler")
        farm.set_event("FileCacheHandler", State="Global Enabled", Paths="...")
        artist = farm.machine("artist1", os="windows", mounts={"Z:": filer})
        cloud = farm.worker("cloud1", pools=["cloud"], groups=["cloud_linux"], region="aws")
        job = artist.submit({"Plugin": "Nuke", "Frames": "1-10"}, {})
        farm.pending_scan()
        cloud.step()
        farm.tasks(job), farm.reports(job), farm.history(job), farm.metadata("FileCacheHandler")
"""

import os
import shutil

from .machines import Machine, Worker
from .state import disk, mapping, params, queue, repository, switches, tasks


class Farm:
    """A farm in a folder: repository, database, machines. Raised anew, or found again by `find`."""

    default_version = "10.3.2.1"  # of Deadline, for machines of which nothing is said

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        os.makedirs(os.path.join(self.folder, "machines"))
        self.database = repository.create(self.folder)
        self.machines = {}

    @classmethod
    def find(cls, folder):
        """The farm that another process raised in `folder`."""
        farm = cls.__new__(cls)
        farm.folder = os.path.abspath(folder)
        farm.database = repository.Database(farm.folder)
        farm.machines = {}
        return farm

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        """End every process that this object started."""
        for machine in self.machines.values():
            machine.end()
        self.database.close()

    @property
    def repository(self):
        """The repository's folder."""
        return os.path.join(self.folder, "repository")

    # -- what the farm is ------------------------------------------------------------------

    def switch(self, **values):
        """Turn switches: what is only inferred of a real Deadline (state/switches.py)."""
        switches.turn(self.database, values)

    def define(self, pools=(), groups=(), regions=(), limits=None):
        """Pools, groups, regions, and limits {name: maximum}."""
        for kind, names in (("pools", pools), ("groups", groups)):
            for name in names:
                repository.add_name(self.database, kind, name)
        with self.database.change("farm", "regions", []) as known:
            known.extend(name for name in regions if name not in known)
        for name, maximum in (limits or {}).items():
            self.database.put("limits", name.lower(), {"name": name, "maximum": maximum})

    def map_path(self, path, windows="", linux="", mac="", region="", case_sensitive=False,
                 regular_expression=False):
        """A further path mapping rule, at the end of the list (deadline 145)."""
        with self.database.change("farm", "path_mappings", []) as rules:
            rules.append(dict(mapping.RULE, Path=path, WindowsPath=windows, LinuxPath=linux,
                              MacPath=mac, Region=region, CaseSensitive=case_sensitive,
                              RegularExpression=regular_expression))

    # -- event plugins ---------------------------------------------------------------------

    def install_event_plugin(self, folder, name=None):
        """Copy a plugin's folder to custom/events: a copy of files turns nothing on (27)."""
        name = name or os.path.basename(os.path.normpath(folder))
        target = os.path.join(self.repository, "custom", "events", name)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target)

    def write_event_plugin(self, name, python, param):
        """The same from two texts."""
        target = os.path.join(self.repository, "custom", "events", name)
        disk.make_folder(target)
        disk.write(os.path.join(target, name + ".py"), python.encode())
        disk.write(os.path.join(target, name + ".param"), param.encode())

    def set_event(self, name, **settings):
        """Set values as a person does in the Monitor, which also sets PluginEnabled."""
        enabled = settings["State"] != "Disabled" if "State" in settings else None
        params.save(self.database, name, settings, enabled)

    def metadata(self, name):
        """{key: text} that the plugin's listener stored."""
        return self.database.get("event_settings", name.lower(), {}).get("Meta", {})

    # -- machines ---------------------------------------------------------------------------

    def machine(self, name, os="linux", **options):
        """A machine: see machines.Machine for the options."""
        return self._add(Machine(self, name, os, options))

    def worker(self, name, os="linux", pools=(), groups=(), cpus=4, enabled=True, event_opt_ins=(),
               **options):
        """A machine with a worker: it takes tasks when it is told to step."""
        queue.define_worker(self.database, name, os=os, cpus=cpus, enabled=enabled,
                            pools=[pool.lower() for pool in pools],
                            groups=[group.lower() for group in groups],
                            event_opt_ins=list(event_opt_ins))
        return self._add(Worker(self, name, os, options))

    def _add(self, machine):
        self.machines[machine.name] = machine
        return machine

    def pending_scan(self):
        """One pending scan, by a machine of the farm's own (Pulse); ids of what it released."""
        return self.pulse.pending_scan()

    @property
    def pulse(self):
        """A Linux machine that sees no share, made when it is first needed."""
        return self.machines.get("pulse") or self.machine("pulse", user="deadline")

    # -- what there is to see -----------------------------------------------------------------

    def job(self, job):
        """The job's document: status, props (fields.py), plugin_info...; None when deleted."""
        return self.database.get("jobs", job)

    def jobs(self):
        """All of them, in the order of submission."""
        return sorted(self.database.bodies("jobs"), key=lambda job: (job["submitted"], job["id"]))

    def tasks(self, job):
        """The documents of its tasks: status, frames, worker, errors, progress."""
        return tasks.of_job(self.database, job)

    def statuses(self, job):
        """The states of its tasks, in order."""
        return [task["status"] for task in self.tasks(job)]

    def reports(self, job, kind=None):
        """Reports of its tasks, the oldest first: kind, title, text, worker, task."""
        found = self.database.bodies("reports", job + "/")
        return [dict(report, text=disk.text(os.path.join(self.repository, report["file"])))
                for report in found if kind in (None, report["kind"])]

    def history(self, job):
        """The texts of its history."""
        return [line["text"] for line in self.database.get("history", job, [])]

    def save_job(self, job, **props):
        """Change fields behind everybody's back, as another tool does (D14)."""
        with self.database.change("jobs", job) as found:
            found["props"].update(props)

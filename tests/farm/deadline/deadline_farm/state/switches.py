# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is only inferred of a real Deadline, and what differs between farms: it runs both ways.

A test turns them by `farm.switch(NAME=VALUE)`. The first value is the default. The number is the
row of the reference, deadline.md.
"""

CHOICES = {
    # 29: a long-lived process (worker, Pulse) reads an event plugin anew for each event, or once.
    "plugin_reload": ("each", "once"),
    # 78: path mapping of a command's Arguments: in the whole text, or not at all.
    "map_arguments": (True, False),
    # 78, 149: what follows a replaced root keeps its separators, or gets the machine's.
    "mapping_tail": ("kept", "converted"),
    # 82, 235: saving an Active job that has dependencies: the pending scan pends it, the save
    # itself does, or nothing ever does.
    "save_pends": ("scan", "save", "never"),
    # 84: a suspended job with open dependencies is pending when it is resumed, or active.
    "resume_pends": (True, False),
    # 136: setting a value makes the plugin's document, or is lost when there is none.
    "config_creates": (True, False),
    # 136: State alone turns a plugin on, or only where PluginEnabled stands too.
    "state_enables": (True, False),
    # 149: '/' and '\' are equal when a rule is matched, or not.
    "separators_equal": (True, False),
    # 233: the paths of task and job scripts are mapped on the worker, or not.
    "map_scripts": (True, False),
    # D10: a frame that a dependency does not have never comes, or is not waited for.
    "missing_frames": ("never", "at_once"),
    # 51: what is set on the objects of job.JobDependencies is saved with the job, or is lost, or is
    # lost unless they are given to a method SetJobDependencies, which else does not exist.
    "dependency_objects": ("live", "copies", "setter"),
    # 46: GetJobInfoKeys knows every line of the job file, or only the keys of Deadline.
    "unknown_job_info": ("kept", "dropped"),
    # 50: an empty text of a job is "" or None.
    "empty_text": ("", None),
    # 65: a job's required assets are objects with FileName, or texts.
    "asset_objects": (True, False),
    # 64: a pool or group that does not exist becomes "none", or stays.
    "unknown_pool": ("none", "kept"),
    # 34: events of jobs, but for submissions, wait for the pending scan and fire on its machine.
    "events_wait": (False, True),
    # Event plugins are called in the order of their names, or in the other.
    "event_order": ("name", "reverse"),
    # All event plugins get one Job object, each its own as it is now, or each its own of before.
    "event_job": ("shared", "fresh", "stale"),
    # 25: an entry of a plugin's metadata is written by itself, or with all that was read at load.
    "metadata_writes": ("entry", "document"),
    # 39: GetMetaDataEntry looks into the database, or into what was read at load.
    "metadata_reads": ("database", "load"),
    # 39: GetMetaDataEntry of a missing key raises, or returns None.
    "metadata_missing": ("raise", "none"),
    # D11: the frame list of a tile task holds the job's frame, or the number of the tile.
    "tile_frames": ("frame", "tile"),
    # 82: nobody, or this worker takes a new Active job: "after" its events, or "during" them
    # (as soon as it is stored). Value: None, or {"worker": NAME, "when": "after"}.
    "race": (None,),
    # 125-128: deadlinecommand prints lines of its own around the result; its exit status after an
    # error (0: the error stands where the result would be); how long it takes, in seconds.
    "command_noise": (False, True),
    "error_exit": (1, 0),
    "command_delay": (0,),
    # Whether the database answers at all.
    "repository_reachable": (True, False),
    # 220: the status of a Remote Connection Server for a stale concurrency token.
    "stale_token": (409, 412, 400),
    # 142, 231: a file of repository settings can hold path mappings, or not.
    "export_path_mappings": (False, True),
    # Failure detection of the repository options: errors until a task or job fails, and until a
    # worker takes no more tasks of a job; 0 is never.
    "job_errors": (100,),
    "task_errors": (100,),
    "worker_errors": (5,),
}


def defaults():
    """{switch: its first value}"""
    return {name: values[0] for name, values in CHOICES.items()}


def read(database):
    """The farm's switches as they stand."""
    return dict(defaults(), **database.get("farm", "switches", {}))


def turn(database, values):
    """Set switches; an unknown one or value is refused."""
    for name, value in values.items():
        if name not in CHOICES:
            raise ValueError("the farm has no switch %s" % name)
        if len(CHOICES[name]) > 1 and value not in CHOICES[name]:
            raise ValueError("%s is one of %r, not %r" % (name, CHOICES[name], value))
    with database.change("farm", "switches", {}) as switches:
        switches.update(values)

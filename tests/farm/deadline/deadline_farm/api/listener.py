# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadline.Events.DeadlineEventListener (deadline 35-39, 207)."""

import os

from .config import ConfigEntries, DeadlineError

JOB_EVENTS = """JobSubmitted JobImported JobStarted JobFinished JobRequeued JobFailed JobSuspended
JobResumed JobPended JobReleased JobDeleted JobError JobPurged""".split()
OTHER_EVENTS = """HouseCleaning RepositoryRepair SlaveStarted SlaveStopped SlaveIdle SlaveRendering
SlaveStartingJob SlaveStalled SlaveInfoUpdated IdleShutdown MachineStartup ThermalShutdown
MachineRestart""".split()
CALLBACKS = {"On%sCallback" % name for name in JOB_EVENTS + OTHER_EVENTS}


class Delegate:
    """A .NET event: functions are added by +=, and all are called."""

    def __init__(self):
        self.functions = []

    def __iadd__(self, function):
        if not callable(function):
            raise TypeError("a callback is a function, not %r" % (function,))
        self.functions.append(function)
        return self

    def __isub__(self, function):
        self.functions.remove(function)
        return self

    def __call__(self, *arguments):
        for function in list(self.functions):
            function(*arguments)


class Events(ConfigEntries):
    """What the two generations of the base class share. `context` comes from the loader."""

    base_inits = 0  # how often a base __init__ ran in this process

    def __getattr__(self, name):
        if name in CALLBACKS:
            self._subscription(name)
            return self.__dict__.setdefault(name, Delegate())
        raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, name))

    def __setattr__(self, name, value):
        if name.endswith("Callback") and name.startswith("On"):
            if name not in CALLBACKS:
                raise AttributeError("there is no event %s" % name)
            if not isinstance(value, Delegate):
                raise TypeError("%s is an event: functions are added by +=" % name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        if name in CALLBACKS:
            self.__dict__.pop(name, None)
        else:
            object.__delattr__(self, name)

    def _subscription(self, name):
        """Called before a callback is touched."""

    @property
    def _bound(self):
        if "_context" not in self.__dict__:
            raise DeadlineError("the listener is used before Deadline has it")
        return self._context

    def _config(self):
        return self._bound.values

    # -- logging -------------------------------------------------------------------------

    def LogInfo(self, message):
        self._bound.log("INFO", message)

    def LogWarning(self, message):
        self._bound.log("WARNING", message)

    def LogError(self, message):
        self._bound.log("ERROR", message)

    LogStdout = LogMessage = LogInfo

    # -- the plugin's own data (deadline 25) -----------------------------------------------

    def GetMetaDataEntry(self, key):
        return self._bound.meta.get(key)

    def AddMetaDataEntry(self, key, value):
        self._bound.meta.add(key, value)

    def UpdateMetaDataEntry(self, key, value):
        self._bound.meta.update(key, value)

    def DeleteMetaDataEntry(self, key):
        self._bound.meta.delete(key)

    # -- the job at hand --------------------------------------------------------------------

    def GetPluginInfoEntry(self, key):
        values = self._bound.plugin_info()
        if key not in values:
            raise DeadlineError("the plugin info entry %r does not exist" % key)
        return values[key]

    def GetPluginInfoEntryWithDefault(self, key, default):
        return self._bound.plugin_info().get(key, default)

    def GetEventDirectory(self):
        return self._bound.directory()

    def GetAuxiliaryFilenames(self):
        return self._bound.auxiliary()

    # -- environment ------------------------------------------------------------------------

    def SetProcessEnvironmentVariable(self, name, value):
        os.environ[name] = value
        self._bound.environment.append(name)

    def GetProcessEnvironmentVariable(self, name):
        return os.environ.get(name, "")

    def ClearProcessEnvironmentVariables(self):
        while self._bound.environment:
            os.environ.pop(self._bound.environment.pop(), None)


class Lenient(Events):
    """Up to 10.2: a listener that forgets the base's __init__ works (deadline 38)."""

    def __init__(self):
        Events.base_inits += 1


class Strict(Events):
    """From 10.3 on it is broken at its first subscription."""

    def __init__(self):
        Events.base_inits += 1
        object.__setattr__(self, "_initialised", True)

    def _subscription(self, name):
        if "_initialised" not in self.__dict__:
            raise TypeError("%s: the base class was not initialised: super().__init__() has to be "
                            "the first statement of __init__" % name)


def base_class(version):
    """DeadlineEventListener of a Deadline version, as (10, 3, 0, 9)."""
    return type("DeadlineEventListener", (Strict if version >= (10, 3) else Lenient,), {})

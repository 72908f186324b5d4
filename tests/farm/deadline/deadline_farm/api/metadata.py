# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a listener stores between events (deadline 25)."""

from ..state import params, switches
from .config import DeadlineError


class MetaData:
    """The Meta of one plugin's settings document."""

    def __init__(self, runtime, name):
        self.runtime = runtime
        self.name = name
        self.at_load = self._now()

    def _now(self):
        found = self.runtime.database.get("event_settings", self.name.lower(), {})
        return found.get("Meta", {})

    def _readable(self):
        late = switches.read(self.runtime.database)["metadata_reads"] == "database"
        return self._now() if late else self.at_load

    def get(self, key):
        self.runtime.call("GetMetaDataEntry", key)
        values = self._readable()
        if key in values:
            return values[key]
        if switches.read(self.runtime.database)["metadata_missing"] == "none":
            return None
        raise DeadlineError("the meta data has no entry %r" % key)

    def add(self, key, value):
        self.runtime.call("AddMetaDataEntry", key)
        if key in self._readable():
            raise DeadlineError("An item with the same key has already been added: %s" % key)
        self._write(key, value)

    def update(self, key, value):
        self.runtime.call("UpdateMetaDataEntry", key)
        if key not in self._readable():
            raise DeadlineError("the meta data has no entry %r" % key)
        self._write(key, value)

    def delete(self, key):
        self.runtime.call("DeleteMetaDataEntry", key)
        self._write(key, None)

    def _write(self, key, value):
        """MongoDB has no field of an empty name, of one with a dot, or one that begins with $."""
        if not isinstance(key, str) or not key or "." in key or key.startswith("$"):
            raise DeadlineError("%r cannot be a field of the database" % (key,))
        if value is not None and not isinstance(value, str):
            raise TypeError("a meta data entry is a string, not %r" % (value,))
        with self.runtime.database.change("event_settings", self.name.lower(),
                                          params.document(self.name)) as found:
            if switches.read(self.runtime.database)["metadata_writes"] == "document":
                found["Meta"] = dict(self.at_load)
            found["Meta"].pop(key, None)
            self.at_load.pop(key, None)
            if value is not None:
                found["Meta"][key] = self.at_load[key] = value

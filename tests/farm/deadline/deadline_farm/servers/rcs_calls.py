# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the calls of a Remote Connection Server do to the farm's database."""

from ..state import switches
from ..state.ids import new_id
from .service import Refused


def _field(body, name, kind):
    """A field of a call's body; a wrong one is the caller's error."""
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, kind):
        raise Refused(400, "The field %s is missing or malformed" % name)
    return value


def _text(value):
    """A setting as the database holds it: a text (deadline 24, 137)."""
    if isinstance(value, bool):
        return "True" if value else "False"
    return "" if value is None else str(value)


def _pairs(entries):
    return {_field(pair, "Key", str): _text(pair.get("Value")) for pair in entries}


class Calls:
    def __init__(self, database):
        self._database = database

    def describe(self, body):
        """Tokens of server data; no call reads the data back (deadline 162)."""
        kept = {identity: self._database.get("server_data", identity)
                for identity in _field(body, "ServerDataIds", list)}
        return {"ServerData": [{"ID": identity, "ConcurrencyToken": each["token"]}
                               for identity, each in kept.items() if each]}

    def put(self, body):
        """All of the server data or none; a token of before somebody else's put is refused."""
        entries = _field(body, "ServerData", list)
        with self._database.transaction():
            for entry in entries:
                identity, token = (_field(entry, name, str) for name in ("ID", "ConcurrencyToken"))
                kept = self._database.get("server_data", identity)
                if kept and kept["token"] != token:
                    raise Refused(switches.read(self._database)["stale_token"],
                                  "The concurrency token of %s is stale" % identity)
            return {"ServerData": [self._put(entry) for entry in entries]}

    def _put(self, entry):
        data = _field(entry, "ServerDataDictionary", dict)
        token = new_id()
        self._database.put("server_data", entry["ID"], {"token": token, "values": data})
        return {"ID": entry["ID"], "ConcurrencyToken": token}

    def save_event_config(self, body):
        """The whole configuration of an event plugin: keys and metadata not sent are gone."""
        document = {
            "Name": _field(body, "Name", str),
            "PluginEnabled": bool(_field(body, "PluginEnabled", int)),
            "DebugLogging": _field(body, "DebugLogging", bool),
            "Icon": body.get("Icon"),
            "Limits": _field(body, "Limits", list),
            "DlInit": _pairs(_field(body, "DlInit", list)),
            "Meta": _pairs(_field(body, "Meta", list)),
        }
        self._database.put("event_settings", _field(body, "ID", str), document)
        return {}

    def collection(self, name):
        """Groups answer by the name Pools too (deadline 165)."""
        return {"Pools": self._database.get("farm", name, []),
                "ObsoletePools": self._database.get("farm", "obsolete_" + name, [])}

    def save_collection(self, name, body):
        with self._database.transaction():
            self._database.put("farm", name, _field(body, "Pools", list))
            self._database.put("farm", "obsolete_" + name, _field(body, "ObsoletePools", list))
        return {}

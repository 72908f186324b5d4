# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How deadlinecommand says its results: as lines, or in the envelope of --json (deadline 125)."""

import json

PLAIN, JSON, PRETTY = "plain", "json", "prettyjson"


class Bare:
    """A result that --json prints without the envelope, as the secrets commands do (RFDK)."""

    def __init__(self, value):
        self.value = value


def lines(value):
    if value is None:
        return []
    if isinstance(value, Bare):
        return [json.dumps(value.value, indent=2)]
    if isinstance(value, dict):
        return ["%s=%s" % pair for pair in value.items()]
    if isinstance(value, (list, tuple)):
        return [str(each) for each in value]
    return str(value).splitlines()


def result(form, value):
    """The text of a result."""
    if form == PLAIN:
        return "".join(line + "\n" for line in lines(value))
    bare = isinstance(value, Bare)
    return _json(form, value.value if bare else {"ok": True, "result": value})


def failure(form, message):
    """The text of an error, for stdout; in plain form that is for stderr."""
    if form == PLAIN:
        return "Error: %s\n" % message
    return _json(form, {"ok": False, "result": message})


def _json(form, value):
    return json.dumps(value, indent=2 if form == PRETTY else None) + "\n"

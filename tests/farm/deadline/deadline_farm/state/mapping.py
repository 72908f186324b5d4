# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Path mapping (deadline 145-149): one way, rules in list order, also inside longer texts."""

import re

COLUMNS = {"windows": "WindowsPath", "linux": "LinuxPath", "mac": "MacPath"}
RULE = {"Path": "", "WindowsPath": "", "LinuxPath": "", "MacPath": "", "Region": "",
        "CaseSensitive": False, "RegularExpression": False}
EVERYWHERE = ("", "all")
# Where the name of a file ends inside a longer text, for the separators behind a replaced root.
TAIL = r"""[^\s"'<>|;]*"""


def separator(system):
    return "\\" if system == "windows" else "/"


def applies(rule, system, region):
    """Whether a rule is for a machine of that system and region."""
    return (rule["Path"] and rule[COLUMNS[system]]
            and (rule["Region"].lower() in EVERYWHERE
                 or rule["Region"].lower() == (region or "none").lower()))


def _pattern(rule, equal):
    if rule["RegularExpression"]:
        text = rule["Path"]
    elif equal:
        text = "".join(r"[/\\]" if char in "/\\" else re.escape(char) for char in rule["Path"])
    else:
        text = re.escape(rule["Path"])
    return re.compile(text, 0 if rule["CaseSensitive"] else re.IGNORECASE)


def map_text(text, rules, system, region, switches, separators=False):
    """The text as a machine of that system and region has to read it.

    `separators`: the caller asked for the machine's own (second argument of CheckPathMapping).
    """
    own = separator(system)
    other = "/" if own == "\\" else "\\"
    for rule in rules:
        if not applies(rule, system, region):
            continue
        target = rule[COLUMNS[system]]
        pattern = _pattern(rule, switches["separators_equal"])
        if switches["mapping_tail"] == "kept":
            text = pattern.sub(lambda match, new=target: new, text)
        else:
            whole = re.compile("(?:%s)(%s)" % (pattern.pattern, TAIL), pattern.flags)
            text = whole.sub(
                lambda match, new=target: new + match.group(match.re.groups).replace(other, own),
                text)
    return text.replace(other, own) if separators else text

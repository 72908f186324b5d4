# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sub-commands of deadlinecommand: each file beside this one registers its own."""

COMMANDS = {}


class Failure(Exception):
    """A sub-command cannot do what was asked; the text is what Deadline prints after 'Error: '."""


class Command:
    def __init__(self, name, usage, run, offline):
        self.name, self.usage, self.run, self.offline = name, usage, run, offline
        words = usage.split()
        self.least = len([word for word in words if not word.startswith("[")])
        self.most = None if "..." in usage else len(words)

    def help(self):
        text = (self.run.__doc__ or "").strip()
        return "%s %s\n  %s" % (self.name, self.usage, text) if self.usage \
            else "%s\n  %s" % (self.name, text)


def command(name, usage="", offline=False):
    """Register a function as a sub-command.

    It is called with a session and the list of its words, and returns None, a text, a list of
    texts or whatever JSON can hold. `usage`: '<Required> [Optional] [Rest...]'. `offline`: it
    needs no repository.
    """
    def register(run):
        COMMANDS[name.lower()] = Command(name, usage, run, offline)
        return run
    return register


def find(word):
    """The sub-command that a word names, with or without a prefix, in any case (deadline 125)."""
    for prefix in ("--", "-"):
        if word.startswith(prefix):
            word = word[len(prefix):]
            break
    return COMMANDS.get(word.lower())


def call(word, session, arguments):
    """Run a sub-command; its result."""
    found = find(word)
    if found is None:
        raise Failure("Unrecognized command: %s" % word)
    if len(arguments) < found.least or found.most is not None and len(arguments) > found.most:
        raise Failure("Wrong number of arguments. Usage:\n%s" % found.help())
    if not found.offline:
        session.connect()
    return found.run(session, arguments)

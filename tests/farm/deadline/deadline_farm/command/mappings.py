# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Path mapping of this machine (deadline 141)."""

from .registry import command


@command("GetPathMappings")
def get_path_mappings(session, _):
    """The pairs that apply to this machine: from --> to."""
    return ["%s --> %s" % pair for pair in session.path_mappings()]


@command("CheckPathMapping", "<Path> [ConvertSeparators]")
def check_path_mapping(session, words):
    """A path as this machine reads it."""
    return session.map_path(words[0], words[1:] and words[1].lower() == "true")


@command("CheckPathMappingForMultiplePaths", "<Path...>")
def check_path_mappings(session, words):
    """Paths as this machine reads them, one a line."""
    return [session.map_path(word, False) for word in words]


def _in_file(session, words, separators):
    text = session.runtime.files.contents(words[0]).decode("utf-8")
    session.runtime.files.write(words[1], session.map_path(text, separators).encode("utf-8"))


@command("CheckPathMappingInFile", "<InFile> <OutFile>")
def check_in_file(session, words):
    """Map every path in a text file."""
    _in_file(session, words, False)


@command("CheckPathMappingInFileAndReplaceSeparator", "<InFile> <OutFile>")
def check_in_file_and_separators(session, words):
    """Map every path in a text file, with the separators of this machine."""
    _in_file(session, words, True)

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Submission: two files and auxiliary ones, without a sub-command's name (deadline 70)."""

from .registry import Failure


def meant(session, words):
    """Whether words that name no sub-command are a submission."""
    return len(words) > 1 and session.runtime.files.exists(words[0])


def submit(session, words):
    """Submit a job; what is printed ends with its id."""
    session.connect()
    for word in words:
        session.existing(word)
    try:
        job = session.runtime.submit(words)
    except ValueError as problem:
        raise Failure(str(problem))
    told = (["Submission Contains the Following Auxiliary Files:"] + words[2:] if words[2:]
            else ["Submission Contains No Auxiliary Files."])
    return (["Submitting to Repository: %s" % session.repository.root(), ""] + told
            + ["", "Result=Success", "JobID=%s" % job, "", "The job was submitted successfully."])

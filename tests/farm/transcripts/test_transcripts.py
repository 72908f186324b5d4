# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated cache says what a real Lustre said, in every byte.

LUSTRE_TRANSCRIPTS names another recording than the two in this folder.
"""

import os

import player
import pytest
import transcript

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = [os.path.join(HERE, name) for name in ("lfs-transcripts.jsonl", "more-transcripts.jsonl")]
NAMED = os.environ.get("LUSTRE_TRANSCRIPTS")
GROUPS = [group for path in ([NAMED] if NAMED else OURS) for group in transcript.load(path)]


@pytest.fixture(scope="module")
def actor(raise_cache):
    """Plays on a cache of the personality that was recorded."""
    client = raise_cache("2.17")
    actor = player.Player(client.mount, client.binary, client.control)
    yield actor
    actor.close()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_every_call_of_the_group_is_as_recorded(actor, group):
    """Rows of each group: see the recording."""
    report = actor.play(group)
    assert not report, "%s (%s)\n%s" % (group.name, group.rows, "\n".join(report))

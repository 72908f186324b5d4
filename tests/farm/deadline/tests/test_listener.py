# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listener's base class: deadline 36-39 and 207."""

import pytest
from texts import LISTENER, PARAM, indented

JOB = ({"Plugin": "Nuke"}, {})


def test_a_base_that_is_not_initialised_breaks_10_3_only(farm, plugin):
    plugin("Old", "self.LogInfo('called')", start="self.OnJobSubmittedCallback += self.called")
    new = farm.machine("new", version="10.3.0.9")
    new.submit(*JOB)
    assert "super().__init__()" in new.event_errors()[0] and new.events() == []
    old = farm.machine("old", version="10.2.1.1")
    old.submit(*JOB)
    assert old.event_errors() == [] and [event[0] for event in old.events()] == ["OnJobSubmitted"]


def test_the_base_counts_its_initialisations(farm, plugin, artist):
    plugin("Counts", "self.LogInfo('count %d' % type(self).base_inits)")
    artist.submit(*JOB)
    assert "count 1" in artist.log()


@pytest.mark.parametrize("line, error", [
    ("self.OnJobFinnishedCallback += self.called", "OnJobFinnishedCallback"),
    ("self.OnJobFinishedCallback = self.called", "added by +="),
    ("self.OnJobFinishedCallback += 3", "is a function"),
    ("self.OnNothingCallback = 3", "there is no event"),
    ("self.LogInfo('x')", "before Deadline has it"),
])
def test_what_the_base_refuses(farm, plugin, artist, line, error):
    plugin("Wrong", "pass", start="super().__init__()\n" + line)
    artist.submit(*JOB)
    assert error in artist.event_errors()[0]


def test_a_subscription_is_taken_back_by_del(farm, plugin, artist):
    plugin("Gone", "pass", start="super().__init__()\nself.OnJobSubmittedCallback += self.called\n"
                                 "del self.OnJobSubmittedCallback")
    artist.submit(*JOB)
    assert artist.events() == [] and artist.event_errors() == []


def test_what_a_plugin_raises_is_logged_and_the_job_stays(farm, plugin, artist):
    plugin("Raises", "raise ValueError('no luck')")
    job = artist.submit(*JOB)
    assert farm.job(job)["status"] == "Active"
    assert artist.event_errors() == ["no luck"] and "ValueError: no luck" in artist.log()


def test_10_1_runs_a_file_without_shebang_with_python_2(farm):
    text = LISTENER % (indented("super().__init__()"), "pass")
    farm.write_event_plugin("Bare", text.split("\n", 1)[1], PARAM)
    farm.set_event("Bare", State="Global Enabled")
    for version, errors in (("10.1.23.6", 1), ("10.3.2.1", 0)):
        machine = farm.machine("v" + version, version=version)
        machine.submit(*JOB)
        assert len(machine.event_errors()) == errors, version
    assert "Python 2.7" in farm.machines["v10.1.23.6"].event_errors()[0]


META = r'''
def attempt(function, *words):
    try:
        return repr(function(*words))
    except Exception as error:
        return type(error).__name__
for function, words in (
        (self.AddMetaDataEntry, ("root:1", "a")), (self.AddMetaDataEntry, ("root:1", "b")),
        (self.UpdateMetaDataEntry, ("root:1", "c")), (self.UpdateMetaDataEntry, ("other", "d")),
        (self.AddMetaDataEntry, ("a.b", "e")), (self.AddMetaDataEntry, ("$a", "f")),
        (self.AddMetaDataEntry, ("number", 3)), (self.GetMetaDataEntry, ("root:1",)),
        (self.GetMetaDataEntry, ("other",)), (self.DeleteMetaDataEntry, ("other",))):
    self.LogInfo("<%s>" % attempt(function, *words))
'''


def test_meta_data_is_the_plugins_own(farm, plugin, artist):
    """Row 25. MongoDB has no dots and dollars in names; entries are texts."""
    plugin("Meta", META)
    artist.submit(*JOB)
    said = [line.split("<")[1].rstrip(">") for line in artist.log().splitlines() if "<" in line]
    assert said == ["None", "DeadlineError", "None", "DeadlineError", "DeadlineError",
                    "DeadlineError", "TypeError", "'c'", "DeadlineError", "None"]
    assert farm.metadata("Meta") == {"root:1": "c"} and farm.metadata("Other") == {}
    farm.switch(metadata_missing="none")
    plugin("Meta", "self.LogInfo('<%r>' % self.GetMetaDataEntry('other'))")
    artist.submit(*JOB)
    assert "<None>" in artist.log().splitlines()[-1]


def test_meta_data_written_as_one_document_loses_what_others_wrote(farm, plugin):
    """Not known of a real Deadline, so it runs both ways."""
    plugin("Meta", "self.AddMetaDataEntry(job.JobName, 'x')")
    for ways, left in (("entry", {"a", "b"}), ("document", {"d"})):
        farm.switch(metadata_writes=ways)
        first, second = farm.machine("one"), farm.machine("two")
        names = ("a", "b") if ways == "entry" else ("c", "d")
        farm.database.put("event_settings", "meta", dict(
            farm.database.get("event_settings", "meta"), Meta={}))
        runs = [machine.submit_stepped({"Plugin": "Nuke", "Name": name}, {})
                for machine, name in zip((first, second), names)]
        assert [run.next_call() for run in runs] == ["AddMetaDataEntry"] * 2
        for run in runs:
            run.wait()
        assert set(farm.metadata("Meta")) == left

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How event plugins are found, read, gated and called: deadline 3, 11, 13-29 and 208-210."""

import pytest
from texts import LISTENER, PARAM, SUBSCRIBE, indented

JOB = ({"Plugin": "Nuke"}, {})
SAY = "self.LogInfo('<%s>' % {})"


def said(machine):
    return [line.split("<")[1].rstrip(">") for line in machine.log().splitlines() if "<" in line]


def test_the_source_runs_without_a_file_and_beside_nothing(farm, plugin, artist):
    """Row 11: no __file__, no import of a sibling, not in sys.modules."""
    plugin("Alone", "self.LogInfo('<%s>' % ('__file__' in globals()))\nimport sys\n"
                    "self.LogInfo('<%s>' % ('Alone' in sys.modules))\nimport sibling")
    artist.submit(*JOB)
    assert said(artist)[:2] == ["False", "False"]
    assert "No module named 'sibling'" in artist.event_errors()[0]


@pytest.mark.parametrize("param, error", [
    (PARAM.replace("Type=String", "Type=Strong"), "has the type 'strong'"),
    (PARAM.replace("Type=String\n", ""), "has the type ''"),
    (PARAM.replace("Default=Disabled", "Default=Off"), "none of its items"),
    (PARAM.replace("[State]", "[Status]"), "has no [State]"),
    ("stray\n" + PARAM, "outside of a section"),
    ("Key=Value\n" + PARAM, "outside of a section"),
])
def test_a_param_file_that_does_not_parse(farm, plugin, artist, param, error):
    plugin("Bad", "pass", param=param)
    artist.submit(*JOB)
    assert error in artist.event_errors()[0] and artist.events() == []


def test_comments_synonyms_and_label_entries_of_a_param_file(farm, plugin, artist):
    """Rows 14-17."""
    plugin("Fine", SAY.format("self.GetConfigEntry('Mode')"), param=PARAM + """
; a comment
# another
[About]
type=LABEL
Default=what this is

[Mode]
TYPE=Enumeration
Values=one;two
DefaultValue=two
""")
    artist.submit(*JOB)
    assert said(artist) == ["two"]


def test_names_have_to_agree_and_functions_to_be_there(farm, artist):
    """Rows 9 and 35."""
    text = LISTENER % (indented(SUBSCRIBE), "pass")
    farm.write_event_plugin("Right", text, PARAM)
    folder = farm.repository + "/custom/events/"
    farm.write_event_plugin("NoCleanup", text.replace("CleanupDeadline", "Cleanup"), PARAM)
    farm.install_event_plugin(folder + "Right", "Wrong")
    for name in ("Right", "NoCleanup", "Wrong"):
        farm.set_event(name, State="Global Enabled")
    artist.submit(*JOB)
    assert [event[1] for event in artist.events()] == ["Right"]
    errors = " ".join(artist.event_errors())
    assert "no function CleanupDeadlineEventListener" in errors
    assert "Wrong has no Wrong.param (names have to agree)" in errors


def test_who_is_called(farm, plugin, artist):
    """Rows 20, 27, 45 and 209."""
    plugin("Gate", "pass", State="Disabled")
    artist.submit(*JOB)
    assert artist.events() == []
    farm.set_event("Gate", State="Opt-In")
    artist.submit(*JOB)
    artist.submit({"Plugin": "Nuke", "EventOptIns": "Other"}, {})
    assert artist.events() == []
    opted = artist.submit({"Plugin": "Nuke", "EventOptIns": "Other,gate"}, {})
    assert artist.events() == [("OnJobSubmitted", "Gate", opted)]
    farm.set_event("Gate", State="Global Enabled")
    artist.submit({"Plugin": "Nuke", "SuppressEvents": "True"}, {})
    assert len(artist.events()) == 1


def test_copied_files_turn_nothing_on(farm, artist):
    farm.write_event_plugin("Copied", LISTENER % (indented(SUBSCRIBE), "pass"), PARAM)
    artist.submit(*JOB)
    assert artist.events() == [] and artist.event_errors() == []


CONFIG = r'''
def attempt(name, *words):
    try:
        return repr(getattr(self, name)(*words))
    except Exception as error:
        return type(error).__name__
for words in (("GetConfigEntry", "Paths"), ("GetConfigEntry", "None"),
              ("GetConfigEntryWithDefault", "None", "x"), ("GetBooleanConfigEntry", "Yes"),
              ("GetBooleanConfigEntryWithDefault", "None", True), ("GetBooleanConfigEntry", "Odd"),
              ("GetBooleanConfigEntryWithDefault", "Odd", True), ("GetIntegerConfigEntry", "Six"),
              ("GetIntegerConfigEntryWithDefault", "Odd", 1), ("GetFloatConfigEntry", "Six")):
    self.LogInfo("<%s>" % attempt(*words))
'''


def test_settings_are_texts_over_the_defaults_of_the_param_file(farm, plugin, artist):
    """Rows 19, 23, 39 and 210."""
    plugin("Config", CONFIG, Yes="tRUE", Odd="perhaps", Six=6)
    artist.submit(*JOB)
    assert said(artist) == ["'/none'", "DeadlineError", "'x'", "True", "True", "DeadlineError",
                            "DeadlineError", "6", "DeadlineError", "6.0"]
    farm.set_event("Config", Paths="Z:\\a;Z:\\b")
    artist.submit(*JOB)
    assert said(artist)[10] == repr("Z:\\a;Z:\\b")
    assert farm.database.get("event_settings", "config")["DlInit"]["Six"] == "6"


def test_settings_by_the_scripting_api(farm, artist):
    """Rows 134-136: what is not documented runs both ways."""
    farm.write_event_plugin("Api", LISTENER % (indented(SUBSCRIBE), "pass"), PARAM)
    farm.switch(config_creates=False)
    artist.api("AddOrUpdateEventPluginConfigSetting", "Api", "State", "Global Enabled")
    read = ("from Deadline.Scripting import RepositoryUtils\n"
            "result = RepositoryUtils.GetEventPluginConfig('Api')"
            ".GetConfigEntryWithDefault('State', '')")
    assert artist.python(read) == "Disabled"
    farm.switch(config_creates=True, state_enables=False)
    artist.api("AddOrUpdateEventPluginConfigSetting", "Api", "State", "Global Enabled")
    assert artist.python(read) == "Global Enabled"
    artist.submit(*JOB)
    assert artist.events() == []
    farm.switch(state_enables=True)
    artist.submit(*JOB)
    assert len(artist.events()) == 1


@pytest.mark.parametrize("order, names", [("name", ["A", "B"]), ("reverse", ["B", "A"])])
@pytest.mark.parametrize("kind, seen", [("shared", "changed"), ("fresh", "job"), ("stale", "job")])
def test_a_second_plugin_in_either_order(farm, plugin, artist, order, names, kind, seen):
    """What the second one gets of what the first did not save."""
    farm.switch(event_order=order, event_job=kind)
    body = SAY.format("job.JobName") + "\njob.JobName = 'changed'"
    plugin("A", body)
    plugin("B", body)
    artist.submit({"Plugin": "Nuke", "Name": "job"}, {})
    assert [event[1] for event in artist.events()] == names
    assert said(artist) == ["job", seen]


def test_a_second_plugin_with_an_old_copy_wipes_what_was_saved(farm, plugin, artist):
    """Row 60: SaveJob writes all fields."""
    plugin("A", "job.JobComment = 'kept'\nRepositoryUtils.SaveJob(job)")
    plugin("B", "RepositoryUtils.SaveJob(job)")
    for kind, comment in (("fresh", "kept"), ("stale", "")):
        farm.switch(event_job=kind)
        job = artist.submit(*JOB)
        assert farm.job(job)["props"]["Comment"] == comment


def test_a_custom_plugin_hides_the_stock_one(farm, plugin, artist, tmp_path):
    """Row 3."""
    plugin("Twice", SAY.format("'custom'"))
    stock = farm.repository + "/events/Twice"
    (tmp_path / "farm" / "repository" / "events" / "Twice").mkdir()
    for name in ("Twice.py", "Twice.param"):
        with open("%s/custom/events/Twice/%s" % (farm.repository, name)) as stream:
            text = stream.read().replace("'custom'", "'stock'")
        with open("%s/%s" % (stock, name), "w") as stream:
            stream.write(text)
    artist.submit(*JOB)
    assert said(artist) == ["custom"]


@pytest.mark.parametrize("reload, second", [("each", "new"), ("once", "old")])
def test_a_process_that_stays_reads_a_plugin_each_time_or_once(farm, plugin, reload, second):
    """Row 29."""
    farm.switch(plugin_reload=reload)
    start = """super().__init__()
self.OnSlaveStartedCallback += self.called
self.OnSlaveIdleCallback += self.called"""
    plugin("Reload", SAY.format("'old'"), start=start)
    worker = farm.worker("worker")
    worker.start()
    plugin("Reload", SAY.format("'new'"), start=start)
    worker.step()
    assert said(worker) == ["old", second]


@pytest.mark.parametrize("reload, times", [("each", 3), ("once", 1)])
def test_a_listener_is_cleaned_up_when_its_process_lets_it_go(farm, plugin, reload, times):
    """Row 208: after each event (start, idle, stop), or at the end."""
    farm.switch(plugin_reload=reload)
    plugin("Clean", "pass", start="""super().__init__()
self.OnSlaveStartedCallback += self.called
self.Cleanup = lambda: self.LogInfo('<clean>')""")
    worker = farm.worker("worker")
    worker.step()
    worker.stop()
    assert said(worker) == ["clean"] * times


def test_an_endless_recursion_ends(farm, plugin, artist):
    """Rows 61 and 212: the helper's submission fires the event too."""
    plugin("Again", r'''
paths = []
for name, text in (("a.job", "Plugin=Nuke\n"), ("b.job", "")):
    paths.append(ClientUtils.GetDeadlineTempPath() + "/" + name)
    with open(paths[-1], "w") as stream:
        stream.write(text)
RepositoryUtils.SubmitJob(paths)
''')
    artist.submit(*JOB)
    assert "fires itself without end" in " ".join(artist.event_errors())
    assert len(farm.jobs()) == 9

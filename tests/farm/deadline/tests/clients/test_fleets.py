# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleets that RFDK synthesises, for the user-data filters (deadline 175-178)."""

import base64

KINDS = {"cloud_linux": b"#!/bin/bash\n", "cloud_windows": b"<powershell>",
         "hooked": b"#!/bin/bash\n", "multipart": b"Content-Type: multipart/mixed;"}


def test_every_group_has_a_request_over_launch_templates(fleets):
    """Deadline 175, 176: no LaunchSpecifications, the newest version, marked as RFDK's."""
    config = fleets[1]["spot-config"]
    assert set(config) == set(KINDS)
    for request in config.values():
        assert request["LaunchSpecifications"] == [] and request["Type"] == "maintain"
        assert {each["LaunchTemplateSpecification"]["Version"]
                for each in request["LaunchTemplateConfigs"]} == {"$Latest"}
        assert [tag["Key"] for tag in request["TagSpecifications"][0]["Tags"]] == ["aws-rfdk"]


def test_user_data_has_the_four_shapes(fleets):
    templates = {each["LaunchTemplateId"]: each["LaunchTemplateData"]
                 for each in fleets[1]["launch-templates"]}
    for group, request in fleets[1]["spot-config"].items():
        used = {each["LaunchTemplateSpecification"]["LaunchTemplateId"]
                for each in request["LaunchTemplateConfigs"]}
        assert len(used) == 1
        data = base64.b64decode(templates[used.pop()]["UserData"], validate=True)
        assert data.startswith(KINDS[group]), group


def test_the_hooks_are_in_the_order_of_the_reference(fleets):
    """Deadline 185."""
    hooked = [text for text in (base64.b64decode(each["LaunchTemplateData"]["UserData"]).decode()
                                for each in fleets[1]["launch-templates"])
              if "preCloudWatchAgent" in text]
    assert len(hooked) == 1
    places = [hooked[0].index("echo " + hook) for hook in (
        "preCloudWatchAgent", "preRenderQueueConfiguration", "preWorkerConfiguration",
        "postWorkerLaunch")]
    assert places == sorted(places)

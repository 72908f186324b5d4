# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Spot event plugin's fleet configuration: its shapes, and the groups in it (deadline 175-180).

{group: EC2 SpotFleetRequestConfigData}, or {"regions": [{"region_name", "group_configs": {...}}]}
where the plugin works in several AWS regions. What is not known here is kept as it is.
"""

import json
from collections import OrderedDict, namedtuple

from .refusal import Refusal

# One group of one AWS region ('' when there is one only); request is the part of the configuration.
Group = namedtuple('Group', 'region name request')

_RFDK = 'aws-rfdk'


def parse(given):
    """Return the configuration from JSON text, or from what was JSON text before."""
    if not isinstance(given, str):
        given = json.dumps(given)
    try:
        configuration = json.loads(given, object_pairs_hook=_unique)
    except ValueError as error:
        raise Refusal('config is not JSON: %s. Give the text of the Spot event plugin\'s'
                      ' configuration.' % error)
    if not isinstance(configuration, dict) or not configuration:
        raise Refusal('config is not a JSON object with a fleet for each Deadline group.')
    return configuration


def text_of(configuration):
    """Return it as Deadline stores it: one text."""
    return json.dumps(configuration)


def groups_of(configuration):
    """Return every Group in the order of the configuration; a Refusal for an unknown shape."""
    if 'regions' not in configuration:
        return _groups('', configuration)
    regions = configuration['regions']
    found = []
    for region in regions if isinstance(regions, list) else [None]:
        name = region.get('region_name') if isinstance(region, dict) else None
        groups = region.get('group_configs') if isinstance(region, dict) else None
        if not isinstance(name, str) or not isinstance(groups, dict):
            raise Refusal('config has "regions" in a shape that is not known: a list of objects'
                          ' with region_name and group_configs is.')
        found += _groups(name, groups)
    return found


def owned_by_rfdk(tag_specifications):
    """Return whether RFDK made what has these TagSpecifications of EC2."""
    return any(tag.get('Key') == _RFDK for specification in _objects(tag_specifications)
               for tag in _objects(specification.get('Tags')))


def _groups(region, requests):
    return [Group(region, name, _checked(name, request)) for name, request in requests.items()]


def _checked(name, request):
    if not isinstance(request, dict) or not (
            request.get('LaunchSpecifications') or request.get('LaunchTemplateConfigs')):
        raise Refusal('The group "%s" is no request for a Spot fleet: it has neither'
                      ' LaunchSpecifications nor LaunchTemplateConfigs.' % name)
    if owned_by_rfdk(request.get('TagSpecifications')):
        raise Refusal('The group "%s" belongs to RFDK (its tag aws-rfdk), which would undo the'
                      ' change at its next deployment. Put the script into userDataProvider of the'
                      ' SpotEventPluginFleet, at preWorkerConfiguration.' % name)
    for key, part in (('LaunchSpecifications', None),
                      ('LaunchTemplateConfigs', 'LaunchTemplateSpecification')):
        entries = request.get(key) or []
        known = [entry for entry in _objects(entries)
                 if part is None or isinstance(entry.get(part), dict)]
        if not isinstance(entries, list) or len(known) != len(entries):
            raise Refusal('The group "%s" has something in %s that is not known.' % (name, key))
    return request


def _objects(values):
    if not isinstance(values, list):
        return []
    return [value for value in values if isinstance(value, dict)]


def _unique(pairs):
    values = OrderedDict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _value in pairs]
        twice = sorted(name for name in values if names.count(name) > 1)
        raise ValueError('"%s" stands twice in one object' % twice[0])
    return values

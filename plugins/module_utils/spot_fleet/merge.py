# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block in every document of user data that a fleet starts its instances with.

A document is in LaunchSpecifications of the configuration itself, or in a launch template of EC2,
of which a new version has to be made (deadline 178). The configuration is changed in place.
"""

from collections import namedtuple

from ..user_data import encoding
from ..user_data.refusal import Refusal as Refused
from .configuration import owned_by_rfdk
from .refusal import Refusal

# One document: what it belongs to in words, its Group or its template, base64 before and after.
Document = namedtuple('Document', 'owner place before after')


class Templates:
    """The launch templates that the caller has read from EC2, by id and by name."""

    def __init__(self, given):
        """given: [{id, name, version, user_data, tag_specifications}], of one version each."""
        self._found = {}
        for template in given:
            if owned_by_rfdk(template['tag_specifications']):
                raise Refusal('The %s belongs to RFDK (its tag aws-rfdk), which'
                              ' would undo the change at its next deployment. Put the script into'
                              ' userDataProvider of the SpotEventPluginFleet.' % _name(template))
            for key in (template['id'], template['name']):
                if key:
                    self._found[key] = template
        self.given = given

    def of(self, specification):
        """Return the template of a LaunchTemplateSpecification, None when it was not given."""
        return self._found.get(specification.get('LaunchTemplateId')
                               or specification.get('LaunchTemplateName'))


def merge(groups, templates, script):
    """Return [Document]; script None takes the block out. A refusal names its document."""
    documents = [document for group in groups
                 for document in _specifications(group, script)]
    return documents + [
        Document(_name(template), template, template['user_data'],
                 _change(_name(template), template['user_data'], script))
        for template in templates.given]


def _specifications(group, script):
    for number, specification in enumerate(group.request.get('LaunchSpecifications') or (), 1):
        owner = 'group "%s"%s, launch specification %d' % (
            group.name, ' of ' + group.region if group.region else '', number)
        before = specification.get('UserData')
        after = _change(owner, before, script)
        if after is None:
            specification.pop('UserData', None)
        else:
            specification['UserData'] = after
        yield Document(owner, group, before, after)


def _change(owner, text, script):
    if text is not None and not isinstance(text, str):
        raise Refusal('The user data of %s is not text.' % owner)
    try:
        return encoding.remove(text) if script is None else encoding.add(text, script)
    except Refused as refused:
        raise Refusal('The user data of %s is refused: %s' % (owner, refused))


def _name(template):
    return 'launch template %s' % (template['id'] or template['name'])

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to follow a change of user data before instances start with it (field-reports D34)."""

_PINNED = ('The group names version %s of the launch template %s. Make a version with the merged'
           ' user data, and run this again with its number and its user data: the number is then'
           ' put into the configuration.')
_DEFAULT = ('The group takes the default version of the launch template %s. Make a version with the'
            ' merged user data and make it the default.')
_LATEST = ('The group takes the latest version of the launch template %s. Make a version with the'
           ' merged user data; the configuration stays as it is.')
_UNKNOWN = ('The launch template %s was not given, so its user data is as it was. Read it from EC2'
            ' and give it in launch_templates.')
_RUNNING = ('Requests for fleets that run now keep the old user data. Let them end, or set the'
            ' target of the group to 0 and back, so that Deadline makes new ones.')


def settle(group, templates, documents):
    """Return the steps that must follow for a group.

    A group that names a version by number gets that of a template whose user data needs no more
    change.
    """
    changed = [document.place for document in documents if document.after != document.before]
    steps, moved = [], False
    for entry in group.request.get('LaunchTemplateConfigs') or ():
        specification = entry['LaunchTemplateSpecification']
        template = templates.of(specification)
        moved = _move(specification, template, changed) or moved
        step = _template_step(specification, template, changed)
        if step and step not in steps:
            steps.append(step)
    if steps or moved or group in changed:
        steps.append(_RUNNING)
    return steps


def _template_step(specification, template, changed):
    name = specification.get('LaunchTemplateId') or specification.get('LaunchTemplateName')
    if template is None:
        return _UNKNOWN % name
    if template not in changed:
        return None
    version = _version(specification)
    if version == '$Latest':
        return _LATEST % name
    return _DEFAULT % name if version == '$Default' else _PINNED % (version, name)


def _move(specification, template, changed):
    if template is None or template in changed or not template['version']:
        return False
    wanted = str(template['version'])
    if not _version(specification).isdigit() or _version(specification) == wanted:
        return False
    specification['Version'] = wanted
    return True


def _version(specification):
    return str(specification.get('Version', '$Default'))

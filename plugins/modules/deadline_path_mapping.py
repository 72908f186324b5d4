#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: deadline_path_mapping
short_description: Verify the path mappings of Deadline for roots of a cache
version_added: 0.1.0
description:
  - Has Deadline map every spelling of every root, and sees whether it leads to the cache in the
    region of its workers. Windows spellings are also tried with a lower-case drive letter and with
    forward slashes, as applications write them.
  - It changes nothing. No documented call writes path mappings or regions, so what is missing is
    named with the exact values that a person types in the Monitor.
  - With O(web_service_url) Deadline's web service maps for the region of each root, which is a
    proof wherever the module runs. Without it C(deadlinecommand) maps for the operating system and
    region of the managed host, which proves something only for roots of that very region.
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.read_only
  - renderfarm.file_cache.attributes.deadline
  - renderfarm.file_cache.deadline
options:
  roots:
    description:
      - The roots, as in the variable C(file_cache_roots). Of each, C(name), C(path),
        C(submitted_as) and C(region) are looked at.
    type: list
    elements: dict
    required: true
  state:
    description:
      - With V(present) every spelling has to lead to its root.
      - With V(absent) none but the path itself may lead there.
    type: str
    choices: [present, absent]
    default: present
  missing:
    description: Whether what is not as O(state) says fails the task, or is a warning.
    type: str
    choices: [fail, warn]
    default: fail
  web_service_url:
    description: Address of Deadline's web service, such as V(http://deadline.studio:8081).
    type: str
  web_service_user:
    description: User of the web service, where it asks for one.
    type: str
  web_service_password:
    description: Password of that user.
    type: str
seealso:
  - module: renderfarm.file_cache.deadline_client_setting
'''

EXAMPLES = r'''
- name: Look whether jobs find their files on cloud workers
  renderfarm.file_cache.deadline_path_mapping:
    roots: "{{ file_cache_roots }}"
    web_service_url: http://deadline.studio:8081

- name: Look whether nothing leads to the cache any more
  renderfarm.file_cache.deadline_path_mapping:
    roots: "{{ file_cache_roots }}"
    state: absent
    missing: warn
'''

RETURN = r'''
msg:
  description: What was found and what has to be typed, in sentences.
  returned: always
  type: str
as_wanted:
  description: Whether everything that could be proven is as O(state) says.
  returned: when Deadline could be asked
  type: bool
findings:
  description: Every form of every spelling, and where it leads.
  returned: when Deadline could be asked
  type: list
  elements: dict
  sample:
    - {root: assets, region: aws-usw2, spelling: 'Z:\assets\', form: 'z:/assets/',
       verdict: mapped, got: /mnt/cache/nas1/assets/file-cache probe/frame.0001.exr, proven: true}
rules:
  description:
    - With O(state=present) the rules that are missing, with O(state=absent) those that have to go,
      by the names of the fields of the Monitor's dialog.
  returned: when Deadline could be asked
  type: list
  elements: dict
  sample:
    - {root: assets, replace_path: 'Z:\assets\', linux_path: /mnt/cache/nas1/assets/,
       windows_path: '', mac_path: '', region: aws-usw2, case_sensitive: false,
       regular_expression: false}
unproven:
  description: Names of the roots whose region could not be looked at from here.
  returned: when Deadline could be asked
  type: list
  elements: str
dangers:
  description: Rules of this host's region that spoil paths of the roots, in sentences.
  returned: when Deadline could be asked
  type: list
  elements: str
rules_listed:
  description: Whether the rules and the workers could be read to look for dangers.
  returned: when Deadline could be asked
  type: bool
workers_elsewhere:
  description:
    - Workers of the pools and groups of a root that do not show its region, so that its rules do
      not hold for them. Workers that are offline are left out.
  returned: when Deadline could be asked
  type: list
  elements: dict
  sample: [{worker: ip-10-0-0-7, region: unrecognized, root: assets}]
'''

import collections

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils import deadline_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import (
    mapping,
    region,
    roots,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.web import (
    Http,
    WebService,
)

DIALOG = 'In the Monitor, as Super User: Tools > Configure Repository Options > Mapped Paths'


def main():
    module = AnsibleModule(argument_spec=dict(
        deadline_module.connection_spec(),
        roots=dict(type='list', elements='dict', required=True),
        state=dict(type='str', choices=['present', 'absent'], default='present'),
        missing=dict(type='str', choices=['fail', 'warn'], default='fail'),
        web_service_url=dict(type='str'),
        web_service_user=dict(type='str'),
        web_service_password=dict(type='str', no_log=True),
    ), supports_check_mode=True)
    deadline_module.guarded(module, lambda: _run(module))


def _run(module):
    wanted = roots.parse(module.params['roots'])
    ask = _web_service if module.params['web_service_url'] else _this_host
    findings, unproven, rules, workers = ask(module.params, wanted)
    present = module.params['state'] == 'present'
    proven = [finding for finding in findings if finding.root.name not in unproven]
    # The path of the workers needs no rule; one that changes it spoils everything.
    spoiled = [finding for finding in proven
               if finding.spelling == finding.root.path and finding.verdict != 'mapped']
    wrong = [finding for finding in proven if finding.spelling != finding.root.path
             and (finding.verdict != 'mapped') == present]
    typed = collections.OrderedDict.fromkeys(
        mapping.rule(finding.root, finding.spelling) for finding in wrong)
    result = dict(
        changed=False, unproven=sorted(unproven), rules=[_fields(rule) for rule in typed],
        findings=[_shown(finding, unproven) for finding in findings],
        dangers=_spoiled(spoiled) + mapping.dangers(rules or [], wanted),
        rules_listed=rules is not None, workers_elsewhere=_elsewhere(workers, wanted))
    bad = bool(wrong or (present and spoiled))
    result['as_wanted'] = not bad
    sentences = _wrong(typed, wrong, present) + _unproven(wanted, unproven)
    if present:
        sentences += result['dangers'] + _stray(result['workers_elsewhere'])
    if not bad:
        sentences.insert(0, _good(proven, present))
    if bad and module.params['missing'] == 'fail':
        module.fail_json(msg=' '.join(sentences), **result)
    for sentence in sentences[0 if bad else 1:]:
        module.warn(sentence)
    module.exit_json(msg=' '.join(sentences), **result)


def _web_service(params, wanted):
    """Findings, names of roots that they do not prove, rules (None for unknown), workers."""
    service = WebService(Http(
        params['web_service_url'], user=params['web_service_user'],
        password=params['web_service_password'], timeout=params['timeout']))
    findings = []
    for root in wanted:
        samples = mapping.samples(root)
        got = service.mapped_paths([sent for _spelling, _form, sent in samples], 'Linux',
                                   root.region)
        findings += [mapping.judge(root, *(sample + (path,)))
                     for sample, path in zip(samples, got)]
    try:
        with deadline_module.connected(params) as deadline:
            return findings, set(), deadline.path_mappings()['rules'], deadline.workers()
    except DeadlineError:
        # The proof is complete; only the look for further dangers is left out.
        return findings, set(), None, []


def _this_host(params, wanted):
    """The same, out of what holds on this host."""
    samples = [(root,) + sample for root in wanted for sample in mapping.samples(root)]
    with deadline_module.connected(params) as deadline:
        said = deadline.path_mappings([sample[3] for sample in samples])
        here = deadline.client_setting('Region')
        workers = deadline.workers()
    findings = [mapping.judge(*(sample + (path,)))
                for sample, path in zip(samples, said['mapped'])]
    unproven = {root.name for root in wanted if not region.same(root.region, here)}
    return findings, unproven, said['rules'], workers


def _elsewhere(workers, wanted):
    return [dict(worker=worker['name'], region=worker['region'], root=root.name)
            for root in wanted for worker in workers
            if roots.has_worker(root, worker) and worker['state'].lower() != 'offline'
            and not region.same(worker['region'], root.region)]


def _fields(rule):
    return dict(rule._asdict(), windows_path='', mac_path='', case_sensitive=False,
                regular_expression=False)


def _shown(finding, unproven):
    return dict(root=finding.root.name, region=finding.root.region, spelling=finding.spelling,
                form=finding.form, verdict=finding.verdict, got=finding.got,
                proven=finding.root.name not in unproven)


def _good(proven, present):
    return '%d spellings were mapped, and %s.' % (
        len(proven), 'all lead to the cache' if present else 'none leads to the cache')


def _wrong(typed, wrong, present):
    """What a person has to do, once."""
    if not typed:
        return []
    forms = sorted({'"%s" becomes "%s"' % (finding.form, finding.got) for finding in wrong})
    return ['%s, %s: %s. It %s: %s.' % (
        DIALOG, 'add' if present else 'remove', '; '.join(mapping.words(rule) for rule in typed),
        'is missing, as a file below shows' if present else 'still holds, as a file below shows',
        '; '.join(forms))]


def _spoiled(findings):
    return ['The path "%s" of the workers is itself changed to "%s" by a rule. Remove or limit '
            'that rule.' % (finding.root.path, finding.got) for finding in findings]


def _stray(elsewhere):
    return ['Worker %s is one of root %s and shows region "%s", so rules of the root\'s region do '
            'not hold for it. Set its region with deadline_client_setting, and see that the '
            'repository knows it.' % (one['worker'], one['root'], one['region'])
            for one in elsewhere]


def _unproven(wanted, unproven):
    return ['Root %s is of region "%s" and this host is not, so what is mapped here proves nothing '
            'for its workers. Give web_service_url, or run this on a worker of that region.'
            % (root.name, root.region) for root in wanted if root.name in unproven]


if __name__ == '__main__':
    main()

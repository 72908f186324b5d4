#!/usr/bin/python
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r'''
module: lfs_hsm
short_description: Archive, evict, hydrate or refresh files of an HSM-managed Lustre cache
version_added: 0.1.0
description:
  - Brings files and trees of a Lustre file system with an HSM link, as Amazon File Cache, into
    the wanted state and waits until the state bits of each file say so.
  - Bytes that exist only in the cache are never dropped. A file that was not saved is not
    evicted, whatever is asked.
  - A run that was stopped is run again and goes on where it stood. Hosts can share the work by
    O(shard).
author:
  - renderfarm.file_cache authors (@renderfarm)
extends_documentation_fragment:
  - renderfarm.file_cache.attributes
  - renderfarm.file_cache.attributes.hsm
  - renderfarm.file_cache.selection
attributes:
  check_mode:
    support: full
    details:
      - Predicts counts and bytes without one request. Exact on a tree at rest; files that are
        written or moved meanwhile are predicted from what they were when they were looked at.
  diff_mode:
    support: full
    details:
      - Shows the files and bytes in each state, before and after.
  idempotent:
    description: Running it again with the same options changes nothing, as long as nobody else
      changes files.
    support: partial
    details:
      - O(state=refreshed) reads everything again, each time.
options:
  state:
    description:
      - V(archived) writes new and changed files back to the filer.
      - V(evicted) releases files that are clean, so that their space is free.
      - V(hydrated) brings released files back into the cache.
      - V(refreshed) evicts what is clean, then hydrates it, so that the newest bytes of the filer
        are read.
    type: str
    choices: [archived, evicted, hydrated, refreshed]
    required: true
  dirty:
    description:
      - What V(evicted) and V(refreshed) do with files that were not saved yet.
      - V(skip) leaves them and says so, V(archive) saves them first, V(fail) counts them as
        failures.
    type: str
    choices: [skip, archive, fail]
    default: skip
  manifest:
    description:
      - Absolute path, on the managed host, of a manifest of the filer (see
        M(renderfarm.file_cache.filer_manifest)). Only for O(state=archived).
      - A file that is dirty here and newer on the filer is a conflict. Neither side is touched.
    type: raw
  resend:
    description:
      - Send files again that the O(manifest) misses, although the cache believes them saved.
    type: bool
    default: false
  quiet_period:
    description:
      - With O(state=archived), leave files that changed in the last so many seconds. They may be
        unfinished.
    type: int
    default: 0
  reserve:
    description:
      - Space that a hydrate leaves free on the cache, as C(50G). A plan that does not fit is
        refused.
    type: str
    default: "0"
  max_in_flight:
    description:
      - How many files wait at the coordinator at most.
    type: int
    default: 256
  no_wait:
    description:
      - Ask for it and do not wait for the end.
    type: bool
    default: false
  skips_ok:
    description:
      - Files that were skipped are no failure. A conflict always is.
    type: bool
    default: false
  advisory:
    description:
      - Never fail for what happened to files. It is said in a warning.
    type: bool
    default: false
seealso:
  - module: renderfarm.file_cache.lfs_hsm_info
  - module: renderfarm.file_cache.filer_manifest
'''

EXAMPLES = r'''
- name: Save a shot's frames on the filer
  renderfarm.file_cache.lfs_hsm:
    path: /mnt/cache/nas1/shots/sq010/sh020/frames
    recurse: true
    state: archived

- name: Free the space of what nobody changed for two days
  renderfarm.file_cache.lfs_hsm:
    path: /mnt/cache/nas1
    recurse: true
    state: evicted
    older_than: 2d
    skips_ok: true

- name: Read the filer's newest textures, each worker its share
  renderfarm.file_cache.lfs_hsm:
    path: /mnt/cache/nas1/assets
    recurse: true
    state: refreshed
    patterns: ["*.tx", "*.exr"]
    shard: "{{ hosts.index(inventory_hostname) + 1 }}/{{ hosts | length }}"
  vars:
    hosts: "{{ ansible_play_hosts_all }}"

- name: Warm exactly the files that a list names
  renderfarm.file_cache.lfs_hsm:
    path: /mnt/cache/nas1/assets
    state: hydrated
    from: /var/lib/render/inputs.list
    reserve: 200G
'''

RETURN = r'''
msg:
  description: What happened, in a sentence.
  returned: always
  type: str
  sample: "evict: 120 of 123 files done, 0 already, 3 skipped (dirty 3)."
summary:
  description:
    - The whole account of the run, the same as that of C(file-cache --json).
    - The numbers in RV(summary.outcomes) add up to the files in RV(summary.matched).
  returned: always
  type: dict
  contains:
    complete:
      description: Whether everything below the paths could be listed.
      type: bool
      returned: always
    error:
      description: Why the run was refused or ended early.
      type: str
      returned: always
    files:
      description: Files that did not get done, at most O(max_report), with outcome, reason and
        state.
      type: list
      elements: dict
      returned: always
    files_truncated:
      description: Whether there are more than RV(summary.files) holds.
      type: bool
      returned: always
    matched:
      description: Files and bytes that the options selected.
      type: dict
      returned: always
    moved:
      description: Files and bytes that were moved, or would be in check mode.
      type: dict
      returned: always
    outcomes:
      description: Number of files by outcome.
      type: dict
      returned: always
      sample: {already: 0, done: 120, skipped: 3, failed: 0, timed_out: 0, pending: 0, vanished: 0}
    reasons:
      description: Number of files by reason, for each outcome that has one.
      type: dict
      returned: always
      sample: {skipped: {dirty: 3}, failed: {}, timed_out: {}, pending: {}}
    states:
      description: Files and bytes by state, before and after.
      type: dict
      returned: always
'''

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm_module import (
    VERBS,
    diff_of_states,
    has_changed,
    perform,
    selection_spec,
    tuning_spec,
)


def main():
    spec = selection_spec()
    spec.update(tuning_spec('quiet_period', 'reserve', 'max_in_flight'))
    spec.update(
        state=dict(type='str', choices=list(VERBS), required=True),
        dirty=dict(type='str', choices=['skip', 'archive', 'fail'], default='skip'),
        manifest=dict(type='raw'),
        resend=dict(type='bool', default=False),
        no_wait=dict(type='bool', default=False),
        skips_ok=dict(type='bool', default=False),
        advisory=dict(type='bool', default=False),
    )
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    summary, failed, sentence = perform(
        module, VERBS[module.params['state']], dry_run=module.check_mode)
    result = dict(msg=sentence, summary=summary, changed=has_changed(summary))
    if module._diff:
        result['diff'] = diff_of_states(summary)
    if failed:
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == '__main__':
    main()

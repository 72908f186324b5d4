# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each module says about itself to Ansible."""


class ModuleDocFragment(object):

    DOCUMENTATION = r'''
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying
      target.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in
      C(check_mode)), when in diff mode.
'''

    READ_ONLY = r'''
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This module changes nothing.
  diff_mode:
    support: N/A
    details:
      - This module changes nothing.
'''

    HSM = r'''
options: {}
attributes:
  action_group:
    description: Use C(group/renderfarm.file_cache.hsm) in C(module_defaults) to set defaults for
      this module.
    support: full
    membership:
      - renderfarm.file_cache.hsm
'''

    WORKER = r'''
options: {}
attributes:
  action_group:
    description: Use C(group/renderfarm.file_cache.worker) in C(module_defaults) to set defaults for
      this module.
    support: full
    membership:
      - renderfarm.file_cache.worker
'''

    DEADLINE = r'''
options: {}
attributes:
  action_group:
    description: Use C(group/renderfarm.file_cache.deadline) in C(module_defaults) to set defaults
      for this module.
    support: full
    membership:
      - renderfarm.file_cache.deadline
'''

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filters of user data do with a value of a playbook."""

from ansible.errors import AnsibleFilterError

from ..module_utils.user_data import document, encoding
from ..module_utils.user_data.refusal import Refusal


def change(verb, value, encoded, *script):
    """Return text or none; verb: add (with the script) or remove."""
    if value is not None and not isinstance(value, str):
        raise AnsibleFilterError('user_data_%s takes text or none, not %s' % (
            verb, type(value).__name__))
    try:
        if encoded:
            return getattr(encoding, verb)(value, *script)
        plain = value if value is None else value.encode('utf-8', 'surrogateescape')
        changed = getattr(document, verb)(plain, *script)
        return changed if changed is None else changed.decode('utf-8', 'surrogateescape')
    except Refusal as refusal:
        raise AnsibleFilterError(str(refusal))

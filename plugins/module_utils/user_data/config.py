# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be true of a cloud-config so that a script beside it runs."""

import re

try:
    import yaml
except ImportError:
    yaml = None

from .refusal import Refusal


def check(text):
    """Return nothing for a cloud-config (bytes) that cloud-init can read; a Refusal otherwise."""
    if yaml is None:
        raise Refusal('This document is a cloud-config, and PyYAML, which reads it, is not'
                      ' installed where this runs. Install python3-yaml there.')
    # Glued documents (D31): the first line decides, and the script never runs.
    if re.search(br'^#!', text, re.M):
        raise Refusal('The document is a cloud-config with a script below it, and only one of the'
                      ' two can run. Make it a multipart document or move the script into runcmd.')
    try:
        content = yaml.safe_load(text.decode('utf-8'))
    except UnicodeDecodeError:
        raise Refusal('The document is a cloud-config and not UTF-8.')
    except yaml.YAMLError as error:
        mark = getattr(error, 'problem_mark', None)
        where = ' (line %d)' % (mark.line + 1) if mark else ''
        raise Refusal('The document is a cloud-config and not YAML%s, so it does not run as it is.'
                      % where)
    if content is None:
        return
    if not isinstance(content, dict):
        raise Refusal('The document is a cloud-config and holds no settings by name, so it does not'
                      ' run as it is.')
    modules = content.get('cloud_final_modules')
    if modules is not None and 'scripts-user' not in str(modules).replace('_', '-'):
        raise Refusal('The document sets cloud_final_modules without scripts-user, so no script of'
                      ' user data runs on these hosts. Add scripts-user to it.')

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was pushed last: Deadline gives no fleet configuration back (deadline 162)."""

import hashlib
import json

from .refusal import Refusal


class Memory:
    """The text of a state file: {"schema": 1, "sha256", "token"}; None where there is none yet."""

    def __init__(self, text):
        self.sha256 = self.token = None
        if text is None:
            return
        try:
            content = json.loads(text)
            if content['schema'] != 1:
                raise ValueError('its schema is not known')
            self.sha256, self.token = content['sha256'], content['token']
        except (ValueError, KeyError, TypeError):
            raise Refusal('state_file is not what this module wrote. Remove it to push again.')

    def holds(self, configuration_text, token):
        """Return whether this very text was pushed and nobody, as far as is known, wrote since.

        token: Deadline's concurrency token now, None where it has none.
        """
        return self.sha256 == digest(configuration_text) and self.token == token

    def warning(self, token):
        """Return what a push overwrites, None when it is what this module pushed."""
        if self.sha256 is None:
            return ('The push replaces whatever fleet configuration Deadline holds: nothing can be'
                    ' read back, and this module has not pushed before.')
        if token is None:
            return ('The push replaces the fleet configuration in Deadline. Whether somebody'
                    ' changed it since the last push cannot be seen with transport'
                    ' deadlinecommand.')
        if token != self.token:
            return ('Somebody changed the fleet configuration in Deadline since the last push. That'
                    ' change is replaced.')
        return None


def digest(configuration_text):
    """Return what identifies a configuration."""
    return hashlib.sha256(configuration_text.encode('utf-8')).hexdigest()


def text_after(configuration_text, token):
    """Return the text of the state file after a push."""
    return json.dumps({'schema': 1, 'sha256': digest(configuration_text), 'token': token}) + '\n'

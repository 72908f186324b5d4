# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of user data as studios have them."""

SCRIPT = '#!/bin/sh\nset -uf\necho ours\nexit 3\n'

MULTIPART = b'''Content-Type: multipart/mixed; boundary="//"
MIME-Version: 1.0

--//
Content-Type: text/cloud-config; charset="us-ascii"
MIME-Version: 1.0
Content-Disposition: attachment; filename="cloud-config.txt"

#cloud-config
cloud_final_modules:
- [scripts-user, always]

--//
Content-Type: text/x-shellscript; charset="us-ascii"
Content-Disposition: attachment; filename="%s"

#!/bin/bash
deadlinelauncher -nogui
--//--
''' % b'userdata.txt'


def multipart(*parts):
    """A document of (type, filename or None, content)."""
    lines = [b'MIME-Version: 1.0', b'Content-Type: multipart/mixed; boundary="=_x"', b'']
    for kind, name, content in parts:
        lines += [b'--=_x', b'Content-Type: ' + kind]
        if name:
            lines.append(b'Content-Disposition: attachment; filename="' + name + b'"')
        lines += [b'', content]
    return b'\n'.join(lines + [b'--=_x--', b''])

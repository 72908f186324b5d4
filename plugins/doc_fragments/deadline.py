# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of every module that asks something of Deadline."""


class ModuleDocFragment(object):

    DOCUMENTATION = r'''
options:
  transport:
    description:
      - How Deadline is asked. With V(deadlinecommand) the module runs C(deadlinecommand) on the
        managed host, as the user that it becomes. Run it as the user that the farm runs as, since
        Deadline's configuration and identities belong to the user.
      - With V(rcs) it speaks to a Remote Connection Server over HTTP(S), and needs no Deadline on
        the host. It can do less. What it cannot do is said in one sentence.
    type: str
    choices: [deadlinecommand, rcs]
    default: deadlinecommand
  deadlinecommand:
    description:
      - The program, or the folder that it is in. Without it C($DEADLINE_PATH), the usual folders of
        the installers and C($PATH) are looked at.
    type: path
  timeout:
    description:
      - Seconds that one call of C(deadlinecommand), or one request, may take.
    type: int
    default: 60
  rcs_url:
    description:
      - Address of the Remote Connection Server, such as V(https://rcs.studio:4433).
    type: str
  rcs_client_cert:
    description:
      - Client certificate as a PEM file on the managed host, for a server that asks for one.
    type: path
  rcs_client_key:
    description:
      - Its private key as a PEM file, when it is not in O(rcs_client_cert).
    type: path
  rcs_key_password:
    description:
      - Password of the private key.
    type: str
  rcs_ca_path:
    description:
      - Certificate of the authority that signed the server's, as a PEM file.
    type: path
  rcs_validate_certs:
    description:
      - Whether the server's certificate is checked.
    type: bool
    default: true
requirements:
  - Python 3.6 or newer on the managed host
  - With O(transport=deadlinecommand), the Deadline Client 10.1 or newer on the managed host
'''

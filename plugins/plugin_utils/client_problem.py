# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What apt and dnf say when the client cannot be had, as a cause and what to do."""

import re

from ..module_utils.client.version import key

# The first of which a phrase is found counts: what is wrong with the repository hides what is
# wrong with a package.
_CAUSES = [
    {'phrases': ['conflicting values set for option signed-by'],
     'cause': 'another source of apt lists the same repository with another key',
     'remedy': 'Remove that source from /etc/apt and run the role again'},
    {'phrases': ['could not resolve', 'temporary failure resolving', 'name resolution',
                 'name or service not known', 'no address associated'],
     'cause': 'the name of the repository cannot be resolved',
     'remedy': 'Look at the DNS of this host, or set the URL of a mirror'},
    {'phrases': [' 404 ', 'not found', 'does not have a release file'],
     'cause': 'there is nothing at the URL of the repository',
     'remedy': 'Look at the URL, and whether the mirror holds this release'},
    {'phrases': ['no_pubkey', 'badsig', 'expkeysig', 'not signed', 'signatures were invalid',
                 'gpg check failed', 'gpg signature', 'is not correctly signed',
                 'signature verification', 'public key'],
     'cause': 'what the repository holds is not signed by the key that is trusted',
     'remedy': 'Do not install from there. Look who serves it, and compare the key again'},
    {'phrases': ['connection refused', 'timed out', 'timeout was reached', 'unable to connect',
                 'could not connect', "couldn't connect", 'network is unreachable',
                 'no route to host'],
     'cause': 'the repository does not answer',
     'remedy': 'Look at routes, proxies and security groups, or set the URL of a mirror'},
    {'phrases': ['not installable', 'nothing provides', 'not going to be installed',
                 'unmet dependencies', 'conflicting requests', 'held broken packages',
                 'filtered out by exclude', 'depsolve'],
     'cause': 'the client was published without something that it requires, or something that is'
              ' installed or locked here stands against it',
     'remedy': 'Wait until that is published, or set file_cache_client_kernel to an older kernel'},
    {'phrases': ['no package', 'unable to locate package', 'unable to find a match',
                 'no match for argument', 'failed to install some of the specified'],
     'cause': 'the repository has no client for this kernel',
     'remedy': 'Boot a kernel that has one and set file_cache_client_kernel to it'},
    {'phrases': ['could not get lock', 'waiting for cache lock', 'is held by process'],
     'cause': 'another process installs packages here',
     'remedy': 'Wait until it has ended and run the role again'},
]
_OTHER = {'cause': 'the package manager refuses', 'remedy': 'Its own words say why'}
# The module apt begins with its command, which has words of its own (a timeout, for one).
_COMMAND = re.compile(r"'\S*apt-get .*?' failed: ")
_MODULES = re.compile(r'lustre-client-modules-([0-9]\S*)')
_MOST_SHOWN = 5
_MOST_SAID = 1000


def explain(said, support, offered):
    """Return one message; said: text of apt or dnf; offered: text that names what there is."""
    said = _COMMAND.sub('', ' '.join(said.split()), count=1)
    found = next((entry for entry in _CAUSES
                  if any(phrase in said.lower() for phrase in entry['phrases'])), _OTHER)
    kernels = sorted(set(_MODULES.findall(offered)), key=key, reverse=True)[:_MOST_SHOWN]
    newest = ' (the newest with a client: %s)' % ', '.join(kernels) if kernels else ''
    return 'No client for kernel %s on %s: %s. %s%s. It said: %s' % (
        support['kernel'], support['row'], found['cause'], found['remedy'], newest,
        said[:_MOST_SAID] or 'nothing')

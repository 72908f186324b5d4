# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why the client cannot be installed, by what apt and dnf say."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.client_problem import explain

SUPPORT = {'kernel': '5.15.0-1052-aws', 'row': 'Ubuntu 22.04'}


SAID = {
    'no client for this kernel': [
        "No package matching 'lustre-client-modules-5.15.0-1052-aws' is available",
        'Failed to install some of the packages: No package kmod-lustre-client available.',
    ],
    'published without something that it requires': [
        'lustre-client-modules-aws : Depends: lustre-client-modules-x but it is not installable',
        'Depsolve Error occurred: \n - nothing provides kernel(x) = 0x1 needed by kmod-lustre',
    ],
    'nothing at the URL': [
        "E:The repository 'http://x/ubuntu jammy Release' does not have a Release file.",
        'E:Failed to fetch http://x/ubuntu/dists/jammy/InRelease  404  Not Found',
        "Errors during downloading metadata for repository 'aws-fsx':\n - Status code: 404 for x",
    ],
    'not signed by the key': [
        'W:GPG error: http://x jammy InRelease: ... public key is not available: NO_PUBKEY 0123',
        'W:GPG error: The following signatures were invalid: BADSIG 0123',
        "E:The repository 'http://x jammy InRelease' is not signed.",
        'Failed to validate GPG signature for kmod: Public key for kmod.rpm is not installed',
    ],
    'name of the repository': [
        "W:Failed to fetch http://x/InRelease  Could not resolve 'x'",
        "W:Failed to fetch http://x/InRelease  Temporary failure resolving 'x'",
        "Curl error (6): Couldn't resolve host name for http://x [Could not resolve host: x]",
    ],
    'does not answer': [
        'W:Failed to fetch http://x/InRelease  Could not connect to x:80, connection timed out',
        "Curl error (7): Couldn't connect to server for http://x/ [Failed to connect to x port 80]",
    ],
    'another source of apt': [
        'E:Conflicting values set for option Signed-By regarding source http://x/ jammy: a != b',
    ],
    'another process installs': [
        'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7',
    ],
    # What nobody has seen yet is told as it is.
    'the package manager refuses': ['something new', ''],
}


@pytest.mark.parametrize('said, cause', [
    (said, cause) for cause, texts in SAID.items() for said in texts])
def test_the_cause(said, cause):
    text = explain(said, SUPPORT, '')
    assert text.startswith('No client for kernel 5.15.0-1052-aws on Ubuntu 22.04: ')
    assert cause in text.partition('. It said: ')[0]
    assert ' '.join(said.split()) in text


def test_the_words_of_the_command_itself_are_no_cause():
    said = ("'/usr/bin/apt-get -y -o DPkg::Lock::Timeout=60 install 'lustre-client-modules-x=1'"
            " -o APT::Install-Recommends=no' failed: E: Unable to correct problems, you have held"
            ' broken packages.\n')
    text = explain(said, SUPPORT, '')
    assert 'something that is installed or locked here stands against it' in text
    assert text.endswith('It said: E: Unable to correct problems, you have held broken packages.')


def test_the_kernels_that_have_a_client_are_named_newest_first():
    """filecache-and-peers B4.2."""
    offered = ''.join('lustre-client-modules-%s - Lustre\n' % kernel for kernel in (
        '5.15.0-998-aws', '5.15.0-1051-aws', '5.15.0-1049-aws', '6.8.0-1017-aws', 'aws'))
    text = explain("No package matching 'lustre-client-modules-5.15.0-1052-aws' is available",
                   SUPPORT, offered)
    assert '6.8.0-1017-aws, 5.15.0-1051-aws, 5.15.0-1049-aws, 5.15.0-998-aws)' in text

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key of a repository: one key, with the fingerprint that is wanted, or a refusal."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.client_key import judge

PRINT = '8E7DB284120B0B7C95EE147DFF277D2C70DC2CEB'
GROUPS = '8e7d b284 120b 0b7c 95ee  147d ff27 7d2c 70dc 2ceb'
KEY = '''-----BEGIN PGP PUBLIC KEY BLOCK-----
Version: GnuPG v2

mQENBGf/+abc=
=AbCd
-----END PGP PUBLIC KEY BLOCK-----
'''
LISTED = '''pub:-:2048:1:FF277D2C70DC2CEB:1795582122:::-:::escaESCA::::::23::0:
fpr:::::::::%s:
uid:-::::1795582122::0F09::a <a@x>::::::::::0:
sub:-:2048:1:1111111111111111:1795582122::::::e::::::23:
fpr:::::::::0000000000000000000000000000000000000000:
''' % PRINT


@pytest.mark.parametrize('wanted', [PRINT, PRINT.lower(), GROUPS, ':'.join(
    PRINT[at:at + 2] for at in range(0, 40, 2))])
def test_the_right_key(wanted):
    assert judge(KEY, LISTED, wanted, False) == {'fingerprint': PRINT, 'problem': None}


def test_the_first_key_is_trusted_only_when_told():
    assert judge(KEY, LISTED, '', True)['problem'] is None
    found = judge(KEY, LISTED, '', False)
    assert PRINT in found['problem'] and 'file_cache_client_trust_first_key' in found['problem']


@pytest.mark.parametrize('wanted', [
    'F' * 40, PRINT[-16:], PRINT[-8:], PRINT + '00', PRINT[:-1] + 'A'])
@pytest.mark.parametrize('trust_first', [False, True])
def test_another_fingerprint_is_refused(wanted, trust_first):
    """The last eight or sixteen digits can be forged: only all forty are a fingerprint."""
    found = judge(KEY, LISTED, wanted, trust_first)
    assert PRINT in found['problem'] and wanted in found['problem']


@pytest.mark.parametrize('content', [
    '', 'garbage', '<html>404</html>', KEY + KEY, 'hello\n' + KEY, KEY + 'hello\n',
    KEY.replace('PUBLIC', 'PRIVATE'), KEY.replace('-----END', '-----AND'),
    KEY.replace('mQENBGf', '-----BEGIN PGP PUBLIC KEY BLOCK-----')])
def test_whatever_else_the_file_holds_is_refused(content):
    found = judge(content, LISTED, PRINT, True)
    assert 'one armoured public key and nothing else' in found['problem']


@pytest.mark.parametrize('listing, said', [
    ('', '0 keys'), (LISTED + LISTED, '2 keys'), (LISTED.replace('pub:', 'sec:'), '1 keys'),
    (LISTED.replace('pub:-', 'pub:r'), 'revoked'), (LISTED.replace('pub:-', 'pub:e'), 'expired'),
    (LISTED.replace('fpr:', 'grp:'), 'one is expected')])
def test_what_gpg_says_of_it_is_refused(listing, said):
    assert said in judge(KEY, listing, PRINT, True)['problem']

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role refuses by its variables alone, and what it makes of the others."""

import copy

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.renderfarm.file_cache.plugins.filter.worker_plan import FilterModule
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.worker_plan import plan
from hypothesis import given
from hypothesis import strategies as st

GOOD = {
    'state': 'present',
    'stages': ['image', 'boot'],
    'mounts': [{'cache': 'fc-1', 'server': 'fc-1.fsx.eu-west-1.amazonaws.com', 'fsname': 'abcd1234',
                'path': '/mnt/cache'}],
    'roots': [{'name': 'assets', 'path': '/mnt/cache/nas1/assets', 'cache': 'fc-1'}],
    'mount_options': ['relatime', 'flock'],
    'mount_timeout': 90,
    'allow_noatime': False,
    'services': ['deadline10launcher.service'],
    'sweep_every': '30min',
    'users': [],
    'groups': [],
}


def with_(**changes):
    return dict(copy.deepcopy(GOOD), **changes)


def mounts(*changes):
    return [dict(GOOD['mounts'][0], **change) for change in changes]


def problems_of(settings, *more):
    return plan(settings, *more)['problems']


def test_a_good_host():
    made = plan(GOOD)
    assert made['problems'] == []
    mount, = made['mounts']
    assert mount['source'] == 'fc-1.fsx.eu-west-1.amazonaws.com@tcp:/abcd1234'
    assert (mount['path'], mount['unit']) == ('/mnt/cache', 'mnt-cache.mount')
    assert made['roots'] == GOOD['roots'] and made['left_out'] == []


def test_the_command_is_told_what_it_knows_and_no_more():
    root = dict(GOOD['roots'][0], cache=None, filer={'host': 'nas', 'path': '/export'})
    assert plan(with_(roots=[root]))['config'] == {
        'roots': [{'name': 'assets', 'path': '/mnt/cache/nas1/assets', 'cache': ''}],
        'mounts': [{'path': '/mnt/cache', 'fsname': 'abcd1234'}]}


@pytest.mark.parametrize('server, fileset, source', [
    ('192.0.2.10@tcp', '', '192.0.2.10@tcp:/abcd1234'),
    ('192.0.2.10@tcp:192.0.2.11@tcp', '', '192.0.2.10@tcp:192.0.2.11@tcp:/abcd1234'),
    ('cache.example', '/nas1/shots/', 'cache.example@tcp:/abcd1234/nas1/shots'),
])
def test_the_source_of_a_mount(server, fileset, source):
    made = plan(with_(mounts=mounts({'server': server, 'fileset': fileset})))
    assert made['mounts'][0]['source'] == source and not made['problems']


def test_a_mount_point_has_one_spelling():
    """field-reports L25: /mnt//x/ is /mnt/x to systemd."""
    made = plan(with_(mounts=mounts({'path': '/mnt//cache/'})))
    assert made['mounts'][0]['path'] == '/mnt/cache' and not made['problems']


@pytest.mark.parametrize('change, said', [
    ({'path': 'mnt/cache'}, 'absolute'),
    ({'path': '/mnt/../etc'}, 'absolute'),
    ({'path': '/usr'}, 'belongs to the system'),
    ({'path': '/mnt/cache#1'}, 'may hold none of'),
    ({'path': '/mnt/$HOME'}, 'may hold none of'),
    ({'path': '/mnt/50%'}, 'may hold none of'),
    ({'path': '/mnt/a\u00a0b'}, 'the plain one'),
    ({'fileset': 'a&b'}, 'fileset'),
    ({'path': '/mnt/ca\nche'}, 'control character'),
    ({'server': ''}, 'neither a host name'),
    ({'server': 'a b'}, 'neither a host name'),
    ({'fsname': 'ninechars'}, 'no file system name'),
    ({'fsname': 'a/b'}, 'no file system name'),
    ({'fileset': '../other'}, 'fileset'),
    ({'options': ['relatime,flock']}, 'one option'),
    ({'options': ['noatime']}, 'noatime'),
    ({'options': ['x-systemd.required-by=a.service']}, 'no longer started at boot'),
])
def test_a_mount_that_cannot_work(change, said):
    found = problems_of(with_(mounts=mounts(change)))
    assert any(said in problem for problem in found), found


def test_noatime_for_those_who_ask_for_it_twice():
    assert not problems_of(with_(mount_options=['noatime'], allow_noatime=True))


@pytest.mark.parametrize('changes, said', [
    (({'path': '/mnt/a'}, {'path': '/mnt/a/'}), 'two mounts'),
    (({'path': '/mnt/a'}, {'path': '/mnt/a/b'}), 'lie in each other'),
    (({'path': '/mnt/a/b'}, {'path': '/mnt/a'}), 'lie in each other'),
    (({'path': '/mnt/a'}, {'path': '/mnt/b', 'fsname': 'other'}), 'two file system names'),
])
def test_mounts_that_do_not_go_together(changes, said):
    found = problems_of(with_(roots=[], mounts=mounts(*changes)))
    assert len(found) == 1 and said in found[0], found


def test_filesets_of_one_cache_side_by_side():
    assert not problems_of(with_(roots=[], mounts=mounts(
        {'path': '/mnt/a', 'fileset': 'a'}, {'path': '/mnt/ab', 'fileset': 'ab'})))


@pytest.mark.parametrize('changes, said', [
    ({'stages': []}, 'empty'),
    ({'stages': ['command', 'boot']}, 'stands alone'),
    ({'stages': ['command']}, 'mounts nothing'),
    ({'mounts': []}, 'nothing to mount'),
    ({'services': ['deadline10launcher']}, 'no unit'),
    ({'services': ['-x.service; reboot.service']}, 'no unit'),
    ({'sweep_every': 'often'}, 'no time span'),
    ({'users': ['anna\tsmith']}, 'control character'),
    ({'mount_options': 'relatime,flock'}, 'must be a list'),
    ({'stages': 'image,boot'}, 'must be a list'),
])
def test_variables_that_contradict_each_other(changes, said):
    found = problems_of(with_(**changes))
    assert any(said in problem for problem in found), found


@pytest.mark.parametrize('root, said', [
    ({'path': '/mnt/other/assets'}, 'does not lie below'),
    ({'path': '/mnt/cachet'}, 'does not lie below'),
    ({'path': '/mnt/cache/../x'}, 'absolute'),
    ({'name': 'Assets'}, 'may hold a-z'),
])
def test_a_root_that_is_not_on_its_cache(root, said):
    found = problems_of(with_(roots=[dict(GOOD['roots'][0], **root)]))
    assert any(said in problem for problem in found), found


def test_a_host_has_the_roots_of_the_caches_that_it_mounts():
    """One list for a farm of several regions, in which the same names come again."""
    elsewhere = {'name': 'assets', 'path': '/mnt/cache/nas1/assets', 'cache': 'fc-tokyo'}
    made = plan(with_(roots=GOOD['roots'] + [elsewhere]))
    assert made['roots'] == GOOD['roots'] and made['left_out'] == ['assets']
    assert not made['problems']


def test_a_host_without_any_root_of_its_caches_has_a_wrong_name_somewhere():
    found = problems_of(with_(roots=[dict(GOOD['roots'][0], cache='fc-2')]))
    assert len(found) == 1 and 'none of the roots' in found[0]


def test_a_host_that_mounts_nothing_has_all_roots():
    made = plan(with_(stages=['command'], mounts=[]))
    assert made['roots'] == GOOD['roots'] and not made['problems']


def test_the_same_root_twice():
    found = problems_of(with_(roots=GOOD['roots'] * 2))
    assert found == ['two roots are called "assets"']


def test_what_is_mounted_and_no_longer_asked_for():
    fstab = ('a@tcp:/x /mnt/cache lustre flock,x-file-cache 0 0\n'
             'a@tcp:/x /mnt/old-name lustre flock,x-file-cache 0 0\n')
    made = plan(GOOD, '', fstab)
    assert made['stale'] == [{'path': '/mnt/old-name', 'unit': r'mnt-old\x2dname.mount'}]
    assert [line['path'] for line in made['lines']] == ['/mnt/cache', '/mnt/old-name']


def test_a_required_unit_of_the_other_network_manager():
    settings = with_(mount_options=['x-systemd.requires=systemd-networkd-wait-online.service'])
    assert not problems_of(settings)
    found = problems_of(settings, 'NetworkManager')
    assert len(found) == 1 and 'cannot succeed here' in found[0]
    assert plan(settings)['requires'] == ['systemd-networkd-wait-online.service']


def test_undoing_needs_no_sound_variables_of_what_is_undone():
    settings = with_(state='absent', mounts=[], roots=[dict(GOOD['roots'][0], cache='gone')])
    assert not problems_of(settings)


def test_what_has_not_the_shape_is_one_error():
    with pytest.raises(AnsibleFilterError, match='argument_specs'):
        FilterModule().filters()['worker_plan']({'stages': []})


PATHS = st.text('/ab.\u00e4 -#\\"%', min_size=1, max_size=12).map(lambda text: '/' + text)


def test_the_line_of_fstab():
    asked = mounts({'path': '/mnt/show a', 'fileset': 'b c'})
    mount, = plan(with_(roots=[], mounts=asked))['mounts']
    source, path, fstype, options, dump, number = mount['line'].split(' ')
    assert source == r'fc-1.fsx.eu-west-1.amazonaws.com@tcp:/abcd1234/b\040c'
    assert path == mount['field'] == r'/mnt/show\040a'
    assert (fstype, options, dump, number) == ('lustre', ','.join(mount['options']), '0', '0')


@given(st.lists(PATHS, max_size=3), st.lists(PATHS, max_size=3))
def test_what_passes_has_one_line_a_mount_and_roots_below_it(points, roots):
    settings = with_(mounts=mounts(*[{'path': point} for point in points]),
                     roots=[{'name': 'r%d' % number, 'path': path, 'cache': 'fc-1'}
                            for number, path in enumerate(roots)])
    made = plan(settings)
    if made['problems']:
        return
    paths = [mount['path'] for mount in made['mounts']]
    assert len(set(paths)) == len(points)
    for root in made['roots']:
        assert [path for path in paths if (root['path'] + '/').startswith(path + '/')]

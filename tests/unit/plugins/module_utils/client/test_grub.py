# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which kernel GRUB starts next, from menus as update-grub writes them."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.client.grub import (
    default,
    image_of,
    menu,
)

MENU = '''\
set timeout_style=hidden
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set next_entry=
   save_env next_entry
else
   set default="%s"
fi
function recordfail {
  set recordfail=1
}
menuentry 'Ubuntu' --class os $menuentry_id_option 'gnulinux-simple-1' {
\trecordfail
\tif [ "${initrdfail}" = 1 ]; then
\t  linux\t/boot/vmlinuz-6.8.0-1017-aws root=PARTUUID=1 ro
\telse
\t  linux\t/boot/vmlinuz-6.8.0-1017-aws root=PARTUUID=1 ro panic=-1
\tfi
}
submenu 'Advanced options for Ubuntu' $menuentry_id_option 'gnulinux-advanced-1' {
\tmenuentry 'Ubuntu, with Linux 6.8.0-1017-aws' --class os $menuentry_id_option 'gnulinux-6.8.0-1017-aws-advanced-1' {
\t\tlinux\t/boot/vmlinuz-6.8.0-1017-aws root=PARTUUID=1 ro
\t}
\tmenuentry 'Ubuntu, with Linux 5.15.0-1051-aws' --class os $menuentry_id_option 'gnulinux-5.15.0-1051-aws-advanced-1' {
\t\tlinux\t/boot/vmlinuz-5.15.0-1051-aws root=PARTUUID=1 ro
\t}
}
'''  # noqa: E501 (as it is written)
NEW, OLD = '/boot/vmlinuz-6.8.0-1017-aws', '/boot/vmlinuz-5.15.0-1051-aws'


@pytest.mark.parametrize('chosen, environment, image', [
    ('0', '', NEW),
    ('1>1', '', OLD),
    ('1', '', NEW),
    ('Advanced options for Ubuntu>Ubuntu, with Linux 5.15.0-1051-aws', '', OLD),
    ('gnulinux-advanced-1>gnulinux-5.15.0-1051-aws-advanced-1', '', OLD),
    ('${saved_entry}', '# GRUB Environment Block\nsaved_entry=1>1\n#######', OLD),
    ('${saved_entry}', '# GRUB Environment Block\n########', NEW),
    ('0', 'next_entry=1>1\n', OLD),
    ('7', '', None),
    ('1>7', '', None),
    ('no such title', '', None),
])
def test_the_default(chosen, environment, image):
    text = MENU % chosen
    assert image_of(menu(text), default(text, environment)) == image


@pytest.mark.parametrize('text', ['', '}', 'menuentry {', 'menuentry "a" {', '}}}\n}\n', 'linux'])
def test_a_menu_that_is_none_names_no_kernel(text):
    assert image_of(menu(text), default(text, 'garbage')) is None

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An instance at its first boot, in a mount namespace of its own.

/etc, /opt, /run and /mnt are folders of the test; /usr/bin and /usr/sbin have the client's tools
and a systemctl that writes down what it is asked. The script runs as it is.
"""

import os
import shutil
import subprocess

UNIT = 'deadline10launcher.service'

ENTER = """
set -e
for name in etc opt run mnt; do
    mount --bind "$FOLDER/$name" "/$name"
done
for name in bin sbin; do
    mount -t overlay tools -o lowerdir="$FOLDER/bin":"/usr/$name" "/usr/$name"
done
[ -z "$COVERED" ] || mount -t tmpfs nothing "$COVERED"
exec env -i FOLDER=/nowhere PATH=/nowhere /bin/sh "$SCRIPT"
"""

# Each call is one line of words in <>, in the order of the calls.
WRITE_DOWN = '#!/bin/sh\n{ printf %s ${0##*/}; printf " <%s>" "$@"; echo; } >> /run/calls\n'
SYSTEMCTL = WRITE_DOWN + """\
case $1 in
is-enabled) for last; do :; done; [ -e "/run/enabled/$last" ] ;;
start) for last; do :; done; [ ! -e "/run/broken/$last" ] ;;
esac
"""
# It answers when the number of looks in /run/silent is used up.
FILE_CACHE = WRITE_DOWN + """\
read -r left < /run/silent
[ "$left" -eq 0 ] && exit
echo $((left - 1)) > /run/silent
echo 'The cache is silent. Ask its owner.'
exit 2
"""
TOOLS = {'systemctl': SYSTEMCTL, 'modinfo': WRITE_DOWN, 'chattr': WRITE_DOWN, 'lfs': WRITE_DOWN,
         'lctl': WRITE_DOWN, 'mount.lustre': WRITE_DOWN}
FSTAB = 'UUID=1 / ext4 defaults 0 1\n# /mnt/cache is a cache\n'


class Instance:
    def __init__(self, folder):
        self.folder = folder
        for name in ('etc', 'run', 'mnt', 'bin', 'opt/file-cache/bin', 'run/enabled', 'run/broken'):
            (folder / name).mkdir(parents=True)
        for name, text in TOOLS.items():
            self.program(folder / 'bin' / name, text)
        # Where Debian keeps which awk is meant.
        (folder / 'etc' / 'alternatives').mkdir()
        (folder / 'etc' / 'alternatives' / 'awk').symlink_to(os.path.realpath(shutil.which('awk')))
        self.command = folder / 'opt' / 'file-cache' / 'bin' / 'file-cache'
        self.program(self.command, FILE_CACHE)
        self.fstab = folder / 'etc' / 'fstab'
        self.fstab.write_text(FSTAB)
        self.enable(UNIT)
        self.silent(1)

    @staticmethod
    def program(path, text):
        path.write_text(text)
        path.chmod(0o755)

    def enable(self, unit):
        (self.folder / 'run' / 'enabled' / unit).touch()

    def silent(self, looks):
        """How many looks the cache leaves without an answer."""
        (self.folder / 'run' / 'silent').write_text('%d\n' % looks)

    def run(self, script, covered=''):
        """Run the script; return (exit status, what it said, the calls it made)."""
        calls = self.folder / 'run' / 'calls'
        calls.write_text('')
        path = self.folder / 'user_data.sh'
        path.write_text(script)
        ended = subprocess.run(
            ['unshare', '-m', '--propagation', 'private', 'sh', '-c', ENTER],
            env={'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'FOLDER': str(self.folder),
                 'SCRIPT': str(path), 'COVERED': covered},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
        return ended.returncode, ended.stdout.decode('utf-8'), calls.read_text().splitlines()

    def held(self, unit=UNIT):
        """Whether a start of the unit would find a condition that is never met."""
        path = self.folder / 'run' / 'systemd' / 'system' / (unit + '.d') / 'file-cache-hold.conf'
        return path.exists() and path.read_text() == '[Unit]\nConditionPathExists=!/\n'

    def files(self):
        """{name: (bytes, time)} of /etc."""
        return {path.relative_to(self.folder): (path.read_bytes(), path.stat().st_mtime_ns)
                for path in sorted((self.folder / 'etc').rglob('*')) if path.is_file()}

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a mount does not work, by what is said about it: the table.

It is filecache-and-peers A2.4, the field reports, and what mount(8) and systemd say
themselves. The first row whose pattern is found counts: what names a cause stands before
what only says that something failed.
"""

import collections

# cause: a word for scripts; heals: whether trying again may help; pattern: None for what is
# seen and not read; happened, remedy: sentences with %(name)s of what is known of the mount.
Row = collections.namedtuple('Row', 'cause heals pattern happened remedy')

TABLE = (
    Row('port_taken', False,
        r'acceptor on port \d+|port \d+: port already in use',
        'TCP port 988, which the Lustre client needs, is taken by %(taker)s.',
        'Free the port: give NFS mounts the option noresvport (or noauto, and mount them later) '
        'and mount them again, or stop the process; then mount again.'),
    Row('profile', False,
        r'profile .{0,80}could not be read',
        'The client cannot read its profile from the cache: it is newer than the server '
        'supports, or the name of the file system is wrong.',
        'Install the client version that the table of the role file_cache_client has for this '
        'system (a File Cache is Lustre 2.12; clients of EL 10 do not mount it), and compare the '
        'name with MountName of describe-file-caches.'),
    Row('name_unresolved', True,
        r'can.t (parse|resolve) nid|name or service not known|'
        r'temporary failure in name resolution|no address associated with hostname',
        'The address in %(source)s cannot be resolved.',
        'The DNS name of a cache resolves only inside its VPC, with DNS hostnames switched on '
        'there. Elsewhere, or with another resolver, mount by the IP address of the cache.'),
    Row('wrong_name', False,
        r'is the filesystem name correct|is the mgs specification correct',
        'The server knows no file system or no folder as in %(source)s.',
        'Compare the name with MountName of describe-file-caches (it is not the cache id). A '
        'folder behind it must have been listed once through a mount of the whole cache.'),
    Row('client_missing', False,
        r'unknown filesystem type|need a /sbin/mount\.|bad option; for several filesystems|'
        r'wrong fs type',
        'The Lustre client is not installed here: mount does not know the file system.',
        'Install the client: run the role file_cache_client with the stage image.'),
    Row('module_missing', False,
        None,
        'There is no Lustre module for the running kernel %(kernel)s.',
        'Boot the kernel that the client was installed for, or install the client for this one '
        '(role file_cache_client, stage image).'),
    Row('module_not_loaded', False,
        r'are the lustre modules loaded|no such device',
        'The Lustre modules could not be loaded into the running kernel %(kernel)s.',
        'See what "modprobe lustre" and the kernel log say: a module of another kernel, Secure '
        'Boot without its key, or wrong options in /etc/modprobe.d are the usual reasons.'),
    Row('file_exists', True,
        r'file exists|status=17\b',
        'The client still takes an earlier mount away.',
        'It was tried again. When it stays, unmount every mount of this cache on the host, then '
        'mount again.'),
    Row('connection_reset', True,
        r'connection reset|status=104\b',
        'The server ended the connection, as it may for a first mount.',
        'It was tried again. When it stays, look at the security groups of the cache and this '
        'host: TCP 988 and 1018-1023, both ways.'),
    Row('connection_refused', True,
        r'connection refused|status=111\b',
        'Nothing listens where %(source)s points to.',
        'Check that the cache is AVAILABLE and that the address is the one of the cache.'),
    Row('no_route', True,
        r'no route to host|network is (unreachable|down)|status=(100|101|113)\b',
        'The network of this host does not lead to %(source)s.',
        'Check routes, VPC peering and that the network is up before the mount (ordering after '
        'network-online.target).'),
    Row('timed_out', True,
        r'timed out|status=110\b',
        'The servers of %(source)s did not answer in time.',
        'Nearly always a security group: the one of the cache must let TCP 988 and 1018-1023 in '
        'from this host.'),
    Row('mgs_silent', True,
        r'is the mgs running|input/output error|status=5\b',
        'The servers of %(source)s do not talk to this client.',
        "Look at the outbound rules of this host's security group, and for whatever rewrites "
        'source ports on the way (NAT, kube-proxy): the server takes only 988 and 1018-1023.'),
    Row('cut_off', True,
        r'transport endpoint|shut ?down|stale file handle',
        'This client was evicted, or its mount is dead: files that were written here in the last '
        'minutes may be lost.',
        'Unmount it and mount it again, then look at the files that this host wrote last.'),
    Row('options', False,
        r'are the mount options correct|multiple causes|invalid argument|status=22\b',
        'The client refused the mount of %(source)s: an option that it does not know, or a '
        'version that the server does not support.',
        'Try it with relatime,flock only; when that fails too, compare the client version with '
        'the table of the role file_cache_client.'),
    Row('no_automount', False,
        r'not supported on this system|unsupported',
        'This host has no automounter: systemd cannot start the automount unit.',
        'Containers need /dev/autofs. Or take x-systemd.automount out of the options.'),
    Row('dependency', False,
        r'dependency (job|failed)',
        'systemd did not even try: a unit that the mount requires failed.',
        'See "systemctl list-dependencies" of the mount unit. What waits for the network must '
        'suit the network manager that runs here (option x-systemd.requires).'),
    Row('no_folder', False,
        r'mount point does not exist|inaccessible|cannot resolve: no such file|not a directory',
        'The folder %(point)s to mount at is not there.',
        'Make it (module mount_point), then mount again.'),
    Row('denied', False,
        r'permission denied|operation not permitted|must be superuser',
        'Mounting was not permitted.',
        'Run this as root; a container needs the capability SYS_ADMIN.'),
    Row('already_mounted', False,
        r'already mounted|resource busy|target is busy',
        'Something keeps %(point)s busy.',
        'See what uses the folder, end it, then mount again.'),
    # What the probe sees by itself.
    Row('not_mounted', True,
        None,
        'No cache is mounted at %(point)s.',
        'Mount it: run the role file_cache_client with the stage boot, or start the mount unit '
        'and read its journal.'),
    Row('other_cache', False,
        None,
        'At %(point)s is mounted %(found)s, and asked for was the cache "%(expect)s".',
        'Correct the fstab line or the variable, unmount what is there when nobody uses it, and '
        'mount again.'),
    Row('not_lustre', False,
        None,
        'What is mounted at %(point)s, %(found)s, is no Lustre.',
        'Unmount it when nobody uses it, and mount the cache.'),
    Row('no_answer', True,
        None,
        'The mount at %(point)s does not answer.',
        'Its servers are silent or gone. Nothing waits for it any more; unmount it, or reboot '
        'the host when the cache is gone for good.'),
    Row('read_error', True,
        None,
        'The folder %(point)s is mounted and cannot be listed.',
        'The cache cannot read the filer: every network interface of the cache must reach it, '
        'and the export must not have all_squash.'),
    Row('write_error', False,
        None,
        'Nothing can be written at %(point)s.',
        'Look at the rights of the folder, root_squash on the filer, read-only mounts and free '
        'space (lfs df).'),
    Row('unknown', True,
        None,
        'The mount of %(source)s at %(point)s failed.',
        'Read the journal of the mount unit and the lines of Lustre in the kernel log.'),
)

EMPTY = (
    'The cache is mounted at %(point)s and shows nothing. When the filer has files, the client or '
    'its kernel is one that cannot load the names of a cache: install a supported one. When no '
    'file system is linked to the cache yet, this is right.')

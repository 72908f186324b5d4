#!/bin/sh
# What a host is, a line a thing, so that two moments can be compared: packages, files that are
# configuration or software, units, mounts. What a host writes by itself is left out.
export LC_ALL=C
{
    dpkg-query -W -f 'package ${Package} ${Version} ${Status}\n' 2>/dev/null | grep 'installed$'
    rpm -qa --qf 'rpm %{NAME} %{VERSION}-%{RELEASE}\n' 2>/dev/null
    apt-mark showhold 2>/dev/null | sed 's/^/held /'
    # Nothing looks below a mount.
    find /etc /opt /usr/local /usr/share/keyrings /boot /mnt /srv /run/file-cache /run/systemd/system \
        /var/lib/file-cache -xdev -printf 'file %y %m %u %p %l\n' 2>/dev/null
    find /etc /opt /usr/local -xdev -type f -exec sha256sum {} + 2>/dev/null
    grep -E ' - (autofs|fuse\.lustre|lustre) ' /proc/self/mountinfo | sed -E 's/.* (\/[^ ]*) .* - /mount \1 /'
    systemctl list-unit-files --no-legend --no-pager 2>/dev/null | sed 's/^/unit /'
} | grep -vE ' /etc/(ld\.so\.cache|farm-kernel|hosts|machine-id|mtab|resolv\.conf|dnf/plugins/versionlock\.list)|/boot/grub' |
    sed -E 's/ +/ /g' | sort

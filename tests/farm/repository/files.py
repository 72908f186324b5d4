# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a package of the simulated client puts on a host."""

import os
import shutil
import subprocess
import tempfile

TOOLS = {"lfs": "usr/bin/lfs", "lctl": "usr/sbin/lctl", "mount.lustre": "sbin/mount.lustre"}

# What modinfo reads of a module. It holds no code: nothing here can load one.
MODULE = """
.section .modinfo, "a"
.asciz "license=GPL"
.asciz "description=Lustre Client File System"
.asciz "version=%(version)s"
.asciz "name=lustre"
.asciz "depends="
.asciz "vermagic=%(kernel)s SMP mod_unload modversions "
.section .gnu.linkonce.this_module, "aw"
.zero 64
.text
"""


# Where a vendor puts the module: kmod packages of EL below extra.
MODULE_FOLDERS = {"rpm": "extra/lustre-client/fs", "deb": "updates/kernel/fs/lustre"}
# What depmod wants to find beside the modules of a kernel.
LISTS = ("modules.order", "modules.builtin", "modules.builtin.modinfo")


def fill(root, package, tools, family):
    """Lay the package's files below ROOT; returns their paths, relative to it.

    What a package holds: ``tools`` (lfs, lctl, mount.lustre), ``module`` (the client's, for one
    kernel), ``image`` and ``lists`` (a kernel, as boot loader and depmod see it).
    """
    made = []
    modules = "lib/modules/%s/" % package.kernel
    if "tools" in package.holds:
        for name, path in TOOLS.items():
            path = path if path.startswith("usr") or family == "deb" else "usr/" + path
            made.append(path)
            copy(os.path.join(tools, name), os.path.join(root, path))
    if "module" in package.holds:
        made.append(modules + MODULE_FOLDERS[family] + "/lustre.ko")
        assemble(os.path.join(root, made[-1]), package)
    if "image" in package.holds:
        made.append("boot/vmlinuz-" + package.kernel)
        write(os.path.join(root, made[-1]), "not a kernel\n")
    if "lists" in package.holds:
        for name in LISTS:
            made.append(modules + name)
            write(os.path.join(root, made[-1]), "")
    return made


def have_modules(package):
    """Whether depmod has to run after the package came or went."""
    return "module" in package.holds or "lists" in package.holds


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as stream:
        stream.write(text)
    os.chmod(path, mode)


def copy(source, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copyfile(source, path)
    os.chmod(path, 0o755)


def assemble(path, package):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".s") as source:
        source.write(MODULE % {"version": package.version, "kernel": package.kernel})
        source.flush()
        subprocess.run(["as", "-o", path, source.name], check=True)

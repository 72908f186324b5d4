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


def module_path(kernel, family):
    """Where a vendor puts the module: kmod packages of EL below extra."""
    below = "extra/lustre-client/fs" if family == "rpm" else "updates/kernel/fs/lustre"
    return "lib/modules/%s/%s/lustre.ko" % (kernel, below)


def fill(root, package, tools, family):
    """Lay the package's files below ROOT; returns their paths, relative to it."""
    made = []
    if package.tools:
        for name, path in TOOLS.items():
            if family == "rpm":
                path = path if path.startswith("usr") else "usr/" + path
            made.append(path)
            copy(os.path.join(tools, name), os.path.join(root, path))
    if package.kernel:
        path = module_path(package.kernel, family)
        made.append(path)
        assemble(os.path.join(root, path), package)
    return made


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

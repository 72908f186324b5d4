# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian packages, and a signed repository of them."""

import os
import subprocess
import tempfile

import files
import keys

CONTROL = """Package: %(name)s
Version: %(version)s
Architecture: amd64
Maintainer: simulated vendor <vendor@repository.fsx.local>
Section: kernel
Priority: optional
%(depends)sDescription: simulated %(name)s
"""
DEPMOD = "#!/bin/sh\n[ ! -e /lib/modules/%(kernel)s/modules.order ] || depmod -a %(kernel)s\n"


def build(package, tools, pool):
    """One .deb in the folder POOL."""
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, 0o755)
        control = os.path.join(root, "DEBIAN")
        os.mkdir(control)
        files.fill(root, package, tools, "deb")
        if files.have_modules(package):
            for script in ("postinst", "postrm"):
                files.write(os.path.join(control, script), DEPMOD % package._asdict(), 0o755)
        depends = "Depends: %s\n" % ", ".join(package.requires) if package.requires else ""
        files.write(os.path.join(control, "control"),
                    CONTROL % dict(package._asdict(), depends=depends))
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", root, pool],
                       check=True, stdout=subprocess.DEVNULL)


def index(root, suite, pool, home, key):
    """dists/SUITE of the packages below POOL, signed."""
    binary = os.path.join(root, "dists", suite, "main", "binary-amd64")
    os.makedirs(binary, exist_ok=True)
    packages = archive(root, "packages", os.path.relpath(pool, root))
    files.write(os.path.join(binary, "Packages"), packages)
    folder = os.path.join(root, "dists", suite)
    for name in ("Release", "InRelease", "Release.gpg"):
        if os.path.exists(os.path.join(folder, name)):
            os.unlink(os.path.join(folder, name))
    release = archive(root, "release", os.path.relpath(folder, root),
                      "Suite=" + suite, "Codename=" + suite, "Components=main",
                      "Architectures=amd64", "Origin=simulated vendor")
    files.write(os.path.join(folder, "Release"), release)
    user = keys.address(key)
    keys.gpg(home, "--local-user", user, "--clearsign", "--output",
             os.path.join(folder, "InRelease"), os.path.join(folder, "Release"))
    keys.gpg(home, "--local-user", user, "--armor", "--detach-sign", "--output",
             os.path.join(folder, "Release.gpg"), os.path.join(folder, "Release"))


def archive(root, verb, folder, *settings):
    options = [word for setting in settings
               for word in ("-o", "APT::FTPArchive::Release::" + setting)]
    return subprocess.run(["apt-ftparchive"] + options + [verb, folder], cwd=root, check=True,
                          stdout=subprocess.PIPE).stdout.decode("utf-8")

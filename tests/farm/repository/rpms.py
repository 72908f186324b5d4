# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RPM packages, signed, and a repository of them."""

import os
import subprocess
import tempfile

import files
import keys

# Scriptlets in Lua, which rpm brings along: a look-alike's rpm knows of no /bin/sh.
SPEC = """Name: %(name)s
Version: %(upstream)s
Release: %(release)s
Summary: simulated %(name)s
License: GPL
BuildArch: %(arch)s
AutoReqProv: no
%(depends)s
%%description
simulated %(name)s

%(scripts)s
%%files
%(files)s
"""
SCRIPTS = """%%post -p <lua>
os.execute("[ ! -e /lib/modules/%(kernel)s/modules.order ] || depmod -a %(kernel)s")

%%postun -p <lua>
os.execute("[ ! -e /lib/modules/%(kernel)s/modules.order ] || depmod -a %(kernel)s")
"""
MACROS = ["--define", "_build_id_links none", "--define", "debug_package %{nil}",
          "--define", "__os_install_post %{nil}", "--define", "_binary_payload w1.gzdio"]


def build(package, tools, folder):
    """One .rpm in FOLDER; returns its name."""
    upstream, _, release = package.version.partition("-")
    with tempfile.TemporaryDirectory() as work:
        root = os.path.join(work, "root")
        os.mkdir(root)
        held = files.fill(root, package, tools, "rpm")
        spec = os.path.join(work, "package.spec")
        with open(spec, "w") as stream:
            stream.write(SPEC % {
                "name": package.name, "upstream": upstream, "release": release or "1",
                "arch": "x86_64",
                "depends": "".join(
                    ["Requires: %s\n" % name for name in package.requires]
                    + ["Provides: %s\n" % name for name in package.provides]),
                "scripts": SCRIPTS % package._asdict() if files.have_modules(package) else "",
                "files": "\n".join("/" + path for path in held)})
        subprocess.run(["rpmbuild", "-bb", "--quiet", "--buildroot", root, spec,
                        "--define", "_topdir " + work, "--define", "_rpmdir " + folder,
                        "--define", "_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm"]
                       + MACROS, check=True)
    return "%s-%s-%s.x86_64.rpm" % (package.name, upstream, release or "1")


def sign(paths, home, key):
    subprocess.run(["rpmsign", "--define", "_gpg_name " + keys.address(key),
                    "--define", "_gpg_path " + home, "--define", "__gpg /usr/bin/gpg",
                    "--addsign"] + paths, check=True, stdout=subprocess.DEVNULL)


def index(folder):
    subprocess.run(["createrepo_c", "--quiet", "--update", folder], check=True)

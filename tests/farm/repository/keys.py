# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys made for this run alone: the vendor's two, the distributions' and a stranger's."""

import os
import subprocess

KEYS = {"ubuntu": "fsx-ubuntu-public-key.asc", "rpm": "fsx-rpm-public-key.asc",
        "distribution": "distribution.asc", "stranger": None}


def gpg(home, *words):
    return subprocess.run(["gpg", "--homedir", home, "--batch", "--quiet"] + list(words),
                          check=True, stdout=subprocess.PIPE).stdout.decode("ascii")


def make(home, public):
    """Make the keys; those that have a file are published below PUBLIC."""
    os.makedirs(home, mode=0o700, exist_ok=True)
    os.makedirs(public, exist_ok=True)
    for name, file in KEYS.items():
        gpg(home, "--passphrase", "", "--quick-generate-key", address(name), "rsa2048", "sign",
            "never")
        if not file:
            continue
        with open(os.path.join(public, file), "w") as stream:
            stream.write(gpg(home, "--armor", "--export", address(name)))
        with open(os.path.join(home, name + ".fingerprint"), "w") as stream:
            stream.write(fingerprint(home, name) + "\n")


def address(name):
    return "simulated vendor <%s@repository.fsx.local>" % name


def fingerprint(home, name):
    listing = gpg(home, "--with-colons", "--fingerprint", address(name))
    return [line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:")][0]

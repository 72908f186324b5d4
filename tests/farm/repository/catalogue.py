# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the repositories hold: names and versions as the vendors give them.

``first`` is there from the start, ``updates`` comes on top when an operator publishes it. Among
the updates is a newer kernel with its client: tests/containers/os/*/next-kernel names it.
"""

import collections

Package = collections.namedtuple("Package", "name version requires holds kernel provides")
Repository = collections.namedtuple("Repository", "path vendor first updates")

CLIENT = "2.15.6-1fsx26"
CLIENT_NEXT = "2.15.6-1fsx30"


def package(name, version, requires=(), holds=(), kernel=None, provides=()):
    """``holds``: words of files.py, each a kind of file, for ``kernel`` where that matters."""
    return Package(name, version, tuple(requires), tuple(holds), kernel, tuple(provides))


STUDIO = [package("studio-tool", "1.0")]
STUDIO_NEXT = [package("studio-tool", "2.0")]


# -- apt ------------------------------------------------------------------------------------------


def apt_kernel(release, build):
    """linux-image-RELEASE and what comes with it."""
    version = "%s.%s" % (release.replace("-aws", ""), build)
    return [
        package("linux-modules-" + release, version, holds=["lists"], kernel=release),
        package("linux-image-" + release, version, ["linux-modules-" + release],
                holds=["image"], kernel=release),
        package("linux-headers-" + release, version),
    ]


def apt_metas(release, build):
    """The packages that pull the newest kernel in."""
    version = "%s.%s" % (release.replace("-aws", "").replace("-", "."), build)
    return [
        package("linux-image-aws", version, ["linux-image-" + release]),
        package("linux-headers-aws", version, ["linux-headers-" + release]),
        package("linux-aws", version, ["linux-image-aws (= %s)" % version,
                                       "linux-headers-aws (= %s)" % version]),
    ]


def apt_client(release, version):
    """The vendor's packages: a module for a kernel, the tools, and the rolling name."""
    return [
        package("lustre-client-modules-" + release, version,
                ["linux-image-" + release, "lustre-client-utils (>= %s)" % version],
                holds=["module"], kernel=release),
        package("lustre-client-utils", version, holds=["tools"]),
        package("lustre-client-modules-aws", release.replace("-aws", "").replace("-", "."),
                ["lustre-client-modules-" + release]),
    ]


# The vendor is not ready for the newest kernel of the distribution's own name: its module does not
# exist yet.
APT = {
    "jammy": Repository("ubuntu", True, apt_client("5.15.0-1051-aws", CLIENT),
                        apt_client("6.8.0-1017-aws", CLIENT_NEXT)),
    "noble": Repository("ubuntu", True, apt_client("6.8.0-1024-aws", CLIENT),
                        apt_client("6.14.0-1012-aws", CLIENT_NEXT)),
    "jammy-distribution": Repository(
        "distribution/ubuntu", False,
        apt_kernel("5.15.0-1051-aws", "56") + apt_metas("5.15.0-1051-aws", "56") + STUDIO,
        apt_kernel("5.15.0-1060-aws", "66") + apt_metas("5.15.0-1060-aws", "66")
        + apt_kernel("6.8.0-1017-aws", "18") + STUDIO_NEXT),
    "noble-distribution": Repository(
        "distribution/ubuntu", False,
        apt_kernel("6.8.0-1024-aws", "26") + apt_metas("6.8.0-1024-aws", "26") + STUDIO,
        apt_kernel("6.8.0-1040-aws", "42") + apt_metas("6.8.0-1040-aws", "42")
        + apt_kernel("6.14.0-1012-aws", "12") + STUDIO_NEXT),
}

# -- dnf ------------------------------------------------------------------------------------------


def dnf_kernel(release):
    """The packages of one kernel; RELEASE as uname -r says it, the machine's kind included.

    By what they provide, dnf installs a newer one beside the older.
    """
    version = release.rpartition(".")[0]
    several = {"provides": ["installonlypkg(kernel-module)"], "kernel": release}
    return [
        package("kernel-modules-core", version, holds=["lists"], **several),
        package("kernel-modules", version, ["kernel-modules-core = " + version], **several),
        package("kernel-core", version, ["kernel-modules-core = " + version], holds=["image"],
                kernel=release, provides=["installonlypkg(kernel)"]),
        package("kernel", version, ["kernel-core = " + version, "kernel-modules = " + version]),
    ]


def dnf_client(release, version):
    """The vendor's two packages for one minor of the distribution."""
    return [
        package("kmod-lustre-client", version,
                ["kernel-core >= " + release.rpartition(".")[0]], holds=["module"], kernel=release),
        package("lustre-client", version, ["kmod-lustre-client = " + version], holds=["tools"]),
    ]


# What a role may ask the distribution for: their files are in the look-alikes already.
HELP = [package("python3-dnf-plugin-versionlock", "4.3.0-13.el9"), package("gnupg2", "2.3.3-4.el9")]

DNF = {
    "el/8.10": Repository(
        "el/8.10", True,
        dnf_client("4.18.0-553.16.1.el8_10.x86_64", "2.12.8-1.fsx20.el8"),
        dnf_client("4.18.0-553.22.1.el8_10.x86_64", "2.12.8-1.fsx21.el8")),
    "el/9.4": Repository(
        "el/9.4", True,
        dnf_client("5.14.0-427.13.1.el9_4.x86_64", "2.15.6-1.fsx26.el9"),
        dnf_client("5.14.0-427.42.1.el9_4.x86_64", "2.15.6-1.fsx30.el9")),
    "el/9.5": Repository("el/9.5", True, dnf_client(
        "5.14.0-503.11.1.el9_5.x86_64", "2.15.6-1.fsx31.el9"), []),
    "distribution/rocky8": Repository(
        "distribution/rocky8", False,
        dnf_kernel("4.18.0-553.16.1.el8_10.x86_64") + HELP + STUDIO,
        dnf_kernel("4.18.0-553.22.1.el8_10.x86_64") + STUDIO_NEXT),
    "distribution/rocky9": Repository(
        "distribution/rocky9", False,
        dnf_kernel("5.14.0-427.13.1.el9_4.x86_64") + HELP + STUDIO,
        dnf_kernel("5.14.0-427.42.1.el9_4.x86_64")
        + dnf_kernel("5.14.0-503.11.1.el9_5.x86_64") + STUDIO_NEXT),
    # Amazon's own repository carries the client. Whose package holds the module is only inferred:
    # the first kernel brings its own, that of the next comes with the client.
    "distribution/al2023": Repository(
        "distribution/al2023", False,
        [package("kernel", "6.1.82-99.168.amzn2023", holds=["image", "lists", "module"],
                 kernel="6.1.82-99.168.amzn2023.x86_64",
                 provides=["installonlypkg(kernel)"]),
         package("lustre-client", "2.15.3-1.amzn2023.0.1", holds=["tools"])] + HELP + STUDIO,
        [package("kernel", "6.1.90-99.173.amzn2023", holds=["image", "lists"],
                 kernel="6.1.90-99.173.amzn2023.x86_64",
                 provides=["installonlypkg(kernel)"]),
         package("lustre-client", "2.15.3-1.amzn2023.0.2", holds=["tools", "module"],
                 kernel="6.1.90-99.173.amzn2023.x86_64")] + STUDIO_NEXT),
}

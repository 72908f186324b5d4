# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let ansible-test make its environments where its download host cannot be reached.

ansible-test bootstraps pip with a get-pip script that it downloads once and keeps in a
cache. Where the host does not answer, this puts a script of the same use into that cache:
it takes the pip that every Python carries and lets it install the pinned one. Addresses and
versions are read from the ansible-test of the Python that runs this file.
"""

import importlib.util
import pathlib
import re
import sys
import urllib.request

STANDIN = '''\
import ensurepip
import os
import subprocess
import sys

ensurepip.bootstrap()
# ensurepip points it at nothing, which would drop the machine's own pip settings.
os.environ.pop("PIP_CONFIG_FILE", None)
wanted = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
subprocess.check_call([sys.executable, "-m", "pip", "install", "--quiet", *wanted])
'''
CACHE = pathlib.Path('~/.ansible/test/cache').expanduser()
SECONDS_TO_ANSWER = 5


def wanted_scripts():
    """Return (address, cached file) of each get-pip script that ansible-test may ask for."""
    package = pathlib.Path(importlib.util.find_spec('ansible_test').origin).parent
    installer = (package / '_util/target/setup/requirements.py').read_text(encoding='utf-8')
    pins = (package / '_internal/python_requirements.py').read_text(encoding='utf-8')
    address = re.search(r"'(https://\S+/get-pip-%s\.py)'", installer)
    versions = re.findall(r"\bpip='([0-9.]+)'", pins)
    if not address or not versions:
        raise SystemExit('get_pip_standin: this ansible-test bootstraps pip in a way unknown here; '
                         'see bootstrap() in %s' % (package / '_util/target/setup/requirements.py'))
    return [(address.group(1) % version, CACHE / ('get_pip_%s.py' % version.replace('.', '_')))
            for version in versions]


def answers(address):
    request = urllib.request.Request(address, method='HEAD')
    try:
        urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER).close()
    except OSError:
        return False
    return True


def main():
    missing = [(address, file) for address, file in wanted_scripts() if not file.exists()]
    if not missing or answers(missing[0][0]):
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    for _address, file in missing:
        file.write_text(STANDIN, encoding='utf-8')
        sys.stderr.write('get_pip_standin: no download host here; wrote %s\n' % file)


if __name__ == '__main__':
    main()

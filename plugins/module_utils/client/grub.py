# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which kernel GRUB starts by default, read from the menu that update-grub wrote."""

import re

_MENUS = ('/boot/grub/grub.cfg', '/boot/grub2/grub.cfg')
_ENTRY = re.compile(r'^\s*(menuentry|submenu)\s+(\'[^\']*\'|"[^"]*"|\S+)(.*)\{\s*$')
_IDENTIFIER = re.compile(r'\$menuentry_id_option\s+(?:\'([^\']*)\'|"([^"]*)"|(\S+))')
_LINUX = re.compile(r'^\s*linux(?:16|efi)?\s+(\S+)')
_DEFAULT = re.compile(r'^\s*set default=(.*)$', re.MULTILINE)


class Entry(object):
    """An entry of the menu, or a submenu."""

    def __init__(self, names=()):
        self.names = names
        self.entries = []
        self.image = None

    def find(self, name):
        """Return the entry of a number, title or id, None for none."""
        if name.isdigit():
            return self.entries[int(name)] if int(name) < len(self.entries) else None
        return next((entry for entry in self.entries if name in entry.names), None)


def default_image(system):
    """Return the path of the kernel that GRUB starts next, None where that cannot be told."""
    for path in _MENUS:
        text = system.read(path)
        if text:
            choice = default(text, system.read(path.rpartition('/')[0] + '/grubenv'))
            return image_of(menu(text), choice)
    return None


def default(text, environment):
    """Return what the menu starts by default: an entry, or entries joined by `>`."""
    saved = dict(line.split('=', 1) for line in environment.splitlines()
                 if '=' in line and not line.startswith('#'))
    if saved.get('next_entry'):
        return saved['next_entry']
    choices = [choice.strip().strip('"\'') for choice in _DEFAULT.findall(text)]
    choice = next((choice for choice in choices if 'next_entry' not in choice), '0')
    return saved.get('saved_entry') or '0' if 'saved_entry' in choice else choice


def menu(text):
    """Return the menu as one Entry that holds the others."""
    top = Entry()
    # The entries that are open, and for each other brace that is open None.
    inside = [top]
    for line in text.splitlines():
        began = _ENTRY.match(line)
        if began:
            identifier = _IDENTIFIER.search(began.group(3))
            entry = Entry([began.group(2).strip('\'"')] + [
                name for name in (identifier.groups() if identifier else ()) if name])
            _innermost(inside).entries.append(entry)
            inside.append(entry)
        elif line.strip() == '}' and len(inside) > 1:
            inside.pop()
        elif line.rstrip().endswith('{'):
            inside.append(None)
        else:
            image = _LINUX.match(line)
            entry = _innermost(inside)
            if image and entry.image is None:
                entry.image = image.group(1)
    return top


def _innermost(inside):
    return next(entry for entry in reversed(inside) if entry is not None)


def image_of(top, choice):
    entry = top
    for name in choice.split('>'):
        entry = entry and entry.find(name)
    while entry and entry.entries:
        entry = entry.entries[0]
    return entry and entry.image

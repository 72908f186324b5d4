# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What .NET objects look like from Python: arrays that are no lists, properties that are strict."""


class Array:
    """System.String[] and its like (deadline 50): length, index, iteration, and no list methods."""

    def __init__(self, items=(), kind="System.String"):
        self._items = tuple(items)
        self._kind = kind

    def __len__(self):
        return len(self._items)

    @property
    def Length(self):
        return len(self._items)

    def __iter__(self):
        return iter(self._items)

    def __contains__(self, item):
        return item in self._items

    def __getitem__(self, index):
        if not isinstance(index, int):
            raise TypeError("No method matches given arguments for get_Item: %r" % (index,))
        return self._items[index]

    def __repr__(self):
        return "%s[]" % self._kind


class Record:
    """An object with public properties of fixed types."""

    TYPES = {}
    READ_ONLY = ()

    def __init__(self, **values):
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name, value):
        if name not in self.TYPES:
            raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, name))
        if name in self.READ_ONLY:
            raise AttributeError("property is read-only: %s" % name)
        object.__setattr__(self, name, converted(value, self.TYPES[name], name))


def converted(value, kind, name):
    """The value, if .NET takes it for a property of that Python type."""
    if kind is str and value is None:
        return ""
    good = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if not good:
        raise TypeError("'%s' value cannot be converted to %s in property %s" % (
            type(value).__name__, {str: "System.String", int: "System.Int32",
                                   bool: "System.Boolean"}.get(kind, kind.__name__), name))
    return value


def texts(value, what):
    """A list or array of texts, as a method that takes `object` reads it."""
    if isinstance(value, (list, tuple, Array)) and all(isinstance(item, str) for item in value):
        return list(value)
    raise TypeError("%s takes a list or array of strings, not %r" % (what, value))

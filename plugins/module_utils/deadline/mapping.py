# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Path mappings: whether they lead every spelling of a root to the cache, and what endangers them.

Deadline replaces text, also inside longer text, in the order of its rules, and takes both
separators for one (deadline 147, 149).
"""

import collections

from . import shape

# Below a root nobody has this; a blank is in it because many paths have one.
PROBE = ('file-cache probe', 'frame.0001.exr')

# verdict: 'mapped', 'missing' (comes out as it was) or 'elsewhere'; got: what it became.
Finding = collections.namedtuple('Finding', 'root spelling form verdict got')
# A rule as the dialog of the Monitor asks for it.
Rule = collections.namedtuple('Rule', 'root replace_path linux_path region')


def samples(root):
    """Return (spelling, form, path to be mapped) for every form of every spelling of a root."""
    return [(spelling, form, shape.ended(form) + shape.separator(form).join(PROBE))
            for spelling in root.spellings for form in shape.forms(spelling)]


def judge(root, spelling, form, sent, got):
    """What a mapping of one sample path shows."""
    wanted = '/'.join((root.path,) + PROBE)
    if got.replace('\\', '/') == wanted:
        verdict = 'mapped'
    else:
        verdict = 'missing' if got.replace('\\', '/') == sent.replace('\\', '/') else 'elsewhere'
    return Finding(root, spelling, form, verdict, got)


def rule(root, spelling):
    """The rule that leads a spelling to its root: both sides end with a separator."""
    return Rule(root.name, shape.ended(spelling), root.path + '/', root.region)


def words(wanted):
    """A rule as a person types it."""
    return 'Replace Path "%s", Linux Path "%s", Region "%s"' % (
        wanted.replace_path, wanted.linux_path, wanted.region or 'All')


def dangers(rules, roots):
    """Sentences about rules that spoil paths of these roots; rules: pairs in their order."""
    found = []
    for place, (source, target) in enumerate(rules):
        for root in roots:
            found += _spoils(source, target, root)
            found += _shadows(rules[place + 1:], source, target, root)
    return sorted(set(found), key=found.index)


def _spoils(source, target, root):
    """What is wrong with one rule, as far as it meets a root."""
    text = 'Rule "%s" -> "%s"' % (source, target)
    if target and _flat(source) in _flat(root.path + '/') and _flat(source) != _flat(target):
        yield ('%s also changes paths that are right already, as "%s" holds its text. Make it '
               'longer, or limit it to another region.' % (text, root.path))
    if target and _is_ours(source, root) and not (_ended(source) and _ended(target)):
        yield ('%s: end both sides with a separator. Else names that only begin alike are changed '
               'too, or a separator is lost or doubled.' % text)


def _shadows(later, source, target, root):
    """Rules for spellings of a root that never come to work, because an earlier one matches."""
    for hidden_source, hidden_target in later:
        leads = hidden_target and shape.plain(hidden_target) == shape.plain(root.path)
        hides = target and shape.is_below(hidden_source, source)
        same = [shape.plain(side) for side in (source, target)] == [
            shape.plain(side) for side in (hidden_source, hidden_target)]
        if leads and hides and not same and _is_ours(hidden_source, root):
            yield ('Rule "%s" -> "%s" comes before "%s" -> "%s" and takes its paths. Move the '
                   'longer one up.' % (source, target, hidden_source, hidden_target))


def _is_ours(source, root):
    return any(shape.plain(source) == shape.plain(spelling) for spelling in root.spellings)


def _ended(side):
    return side.endswith(('/', '\\'))


def _flat(text):
    return text.replace('\\', '/').lower()

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of the deadline_* modules, run as people run them."""


def task(module, **params):
    """A task that is looked at even when it fails."""
    return {'name': 'Run', module: params, 'ignore_errors': True}


def twice(controller, module, **params):
    """Run a task in check mode, for real, and again; return the results.

    What check mode said has to be what the run did.
    """
    predicted = controller.play(task(module, **params), check=True, diff=True)
    done = controller.play(task(module, **params), diff=True)
    again = controller.play(task(module, **params), diff=True)
    for result in (predicted, done, again):
        assert not result.get('failed'), result
    assert (predicted['changed'], predicted['diff']) == (done['changed'], done['diff'])
    return predicted, done, again

# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the deadline_* modules share: how Deadline is reached, and how a failure is told."""

import contextlib

from .deadline.errors import DeadlineError
from .deadline.local import DeadlineCommand
from .deadline.rcs import ConnectionServer
from .deadline.web import Http


def connection_spec():
    """The arguments of the doc fragment deadline."""
    return {
        'transport': dict(type='str', choices=['deadlinecommand', 'rcs'],
                          default='deadlinecommand'),
        'deadlinecommand': dict(type='path'),
        'timeout': dict(type='int', default=60),
        'rcs_url': dict(type='str'),
        'rcs_client_cert': dict(type='path'),
        'rcs_client_key': dict(type='path', no_log=False),
        'rcs_key_password': dict(type='str', no_log=True),
        'rcs_ca_path': dict(type='path'),
        'rcs_validate_certs': dict(type='bool', default=True),
    }


def run(module, work):
    """Do work(transport) by the way that the user chose; a DeadlineError ends the module."""
    def connected_work():
        with connected(module.params) as transport:
            work(transport)
    guarded(module, connected_work)


def guarded(module, work):
    """Do work(); a DeadlineError ends the module with its sentence."""
    try:
        work()
    except DeadlineError as problem:
        module.fail_json(msg=str(problem))


@contextlib.contextmanager
def connected(params):
    """The transport of these parameters, closed at the end."""
    if params['timeout'] < 1:
        raise DeadlineError('timeout is %d; give at least one second.' % params['timeout'])
    transport = connect(params)
    try:
        yield transport
    finally:
        transport.close()


def connect(params):
    """The transport of these parameters."""
    if params['transport'] == 'rcs':
        server = connection_server(params)
        if server is None:
            raise DeadlineError('transport rcs needs rcs_url, such as https://rcs.studio:4433.')
        return server
    return DeadlineCommand(params['deadlinecommand'], params['timeout'])


def connection_server(params):
    """The Remote Connection Server of these parameters, None when they name none."""
    if not params['rcs_url']:
        return None
    return ConnectionServer(Http(
        params['rcs_url'], params['rcs_client_cert'], params['rcs_client_key'],
        params['rcs_key_password'], params['rcs_ca_path'], params['rcs_validate_certs'],
        timeout=params['timeout']))

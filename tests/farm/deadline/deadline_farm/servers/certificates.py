# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificates of a farm, as Deadline's own tool makes them: an authority, a server, clients.

    kept = certificates.make(folder)          # needs the library `cryptography`
    context = certificates.server_context(folder, clients="required")

In the folder: ca.crt; server.crt and server.key; client.crt, client.key and client.pfx (both
of them and the authority, without a password); stranger.crt, stranger.key and stranger.pfx, of
an authority that the server does not know.
"""

import datetime
import ipaddress
import os
import ssl
import tempfile

CLIENTS = {"required": ssl.CERT_REQUIRED, "optional": ssl.CERT_OPTIONAL, "none": ssl.CERT_NONE}


def server_context(folder, clients="required"):
    """How a Remote Connection Server speaks TLS. The standard library is enough for this."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "server.crt"), os.path.join(folder, "server.key"))
    context.load_verify_locations(os.path.join(folder, "ca.crt"))
    context.verify_mode = CLIENTS[clients]
    return context


def client_context(authority, certificate=None, key=None):
    """How a client speaks to it. A .pfx holds the key as well."""
    context = ssl.create_default_context(cafile=authority)
    if certificate and certificate.endswith(".pfx"):
        with tempfile.NamedTemporaryFile(suffix=".pem") as pem:
            pem.write(_opened(certificate))
            pem.flush()
            context.load_cert_chain(pem.name)
    elif certificate:
        context.load_cert_chain(certificate, key)
    return context


def _opened(path):
    """The key and the certificate of a .pfx, as the standard library reads them."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.serialization import pkcs12

    with open(path, "rb") as stream:
        key, certificate, _ = pkcs12.load_key_and_certificates(stream.read(), None)
    return (key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
            + certificate.public_bytes(form.Encoding.PEM))


def make(folder, names=("localhost", "127.0.0.1")):
    """Make all of them; the server's certificate is for these names. Returns the folder."""
    os.makedirs(folder, exist_ok=True)
    authority = _Signed(folder, "Deadline CA")
    authority.write("ca", key=False)
    _Signed(folder, "Deadline RCS", authority, names).write("server")
    client = _Signed(folder, "Deadline Client", authority)
    client.write("client")
    client.write_pfx("client")
    stranger = _Signed(folder, "Stranger", _Signed(folder, "Stranger CA"))
    stranger.write("stranger")
    stranger.write_pfx("stranger")
    return folder


def _alternative(x509, name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class _Signed:
    """A key and its certificate; signed by itself where there is no issuer."""

    def __init__(self, folder, name, issuer=None, names=()):
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        self._folder = folder
        self.issuer = issuer or self
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (x509.CertificateBuilder().subject_name(self.name)
                   .issuer_name(self.issuer.name).public_key(self.key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(now - datetime.timedelta(days=1))
                   .not_valid_after(now + datetime.timedelta(days=30))
                   .add_extension(x509.BasicConstraints(issuer is None, None), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(
                       self.key.public_key()), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                       self.issuer.key.public_key()), critical=False))
        if issuer is None:
            # The newest Python refuses an authority that does not say what its key is for.
            builder = builder.add_extension(x509.KeyUsage(
                key_cert_sign=True, crl_sign=True, digital_signature=False,
                content_commitment=False, key_encipherment=False, data_encipherment=False,
                key_agreement=False, encipher_only=False, decipher_only=False), critical=True)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(
                [_alternative(x509, each) for each in names]), critical=False)
        self.certificate = builder.sign(self.issuer.key, hashes.SHA256())

    def _put(self, name, data, mode):
        path = os.path.join(self._folder, name)
        with open(path, "wb") as stream:
            stream.write(data)
        os.chmod(path, mode)

    def write(self, name, key=True):
        from cryptography.hazmat.primitives import serialization as form

        self._put(name + ".crt", self.certificate.public_bytes(form.Encoding.PEM), 0o644)
        if key:
            self._put(name + ".key", self.key.private_bytes(
                form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()), 0o600)

    def write_pfx(self, name):
        from cryptography.hazmat.primitives import serialization as form
        from cryptography.hazmat.primitives.serialization import pkcs12

        self._put(name + ".pfx", pkcs12.serialize_key_and_certificates(
            b"Deadline", self.key, self.certificate, [self.issuer.certificate],
            form.NoEncryption()), 0o600)

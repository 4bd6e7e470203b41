"""The certificates of a control plane: an authority, and what it signs."""

import datetime as dt
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = dt.timedelta(days=30)
# A clock that is a little behind ours must not find the certificate "not yet valid".
_CLOCK_SKEW = dt.timedelta(hours=1)
_SERVER, _CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


@dataclass(frozen=True)
class KeyPair:
    """Files of a certificate and its private key, both PEM."""

    certificate: Path
    key: Path


class CertificateAuthority:
    """Signs with a key that never leaves memory; what it issues lies in one folder, readable by the owner alone."""

    def __init__(self, folder: Path) -> None:
        """Makes a new authority and writes `folder`/ca.crt."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _subject("transferjob test authority", [])
        builder = _builder(self._name, self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_authority_usage(), critical=True)
        self._certificate = builder.sign(self._key, hashes.SHA256())
        self.path = _write(folder / "ca.crt", self.pem)

    @property
    def pem(self) -> bytes:
        """The authority's own certificate."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def server(self, name: str, hosts: Sequence[str]) -> KeyPair:
        """A serving certificate for DNS names and IP addresses."""
        return self._issue(name, _subject(name, []), hosts, [_SERVER])

    def client(self, user: str, groups: Sequence[str] = ()) -> KeyPair:
        """A client certificate that Kubernetes reads as `user` in `groups`."""
        return self._issue(user, _subject(user, groups), [], [_CLIENT])

    def node(self, name: str, hosts: Sequence[str]) -> KeyPair:
        """A kubelet's certificate: `system:node:<name>` as a client, and serving on `hosts`."""
        user = f"system:node:{name}"
        return self._issue(user, _subject(user, ["system:nodes"]), hosts, [_CLIENT, _SERVER])

    def signing_key(self, name: str) -> KeyPair:
        """A bare key pair, public key in place of a certificate, such as service account tokens are signed with."""
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return KeyPair(_write(self.folder / f"{name}.pub", public), _write(self.folder / f"{name}.key", _key_pem(key)))

    def _issue(
        self, name: str, subject: x509.Name, hosts: Sequence[str], usages: Sequence[x509.ObjectIdentifier]
    ) -> KeyPair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(subject, self._name, key.public_key())
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(usages)), critical=False)
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName([_host(h) for h in hosts]), critical=False)
        pem = builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        stem = file_name(name)
        return KeyPair(_write(self.folder / f"{stem}.crt", pem), _write(self.folder / f"{stem}.key", _key_pem(key)))


def file_name(user: str) -> str:
    """A user's name as a file name: `system:node:a` becomes `system-node-a`."""
    return "".join(c if c.isalnum() or c in "-._" else "-" for c in user).lstrip(".") or "anonymous"


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - _CLOCK_SKEW,
        not_valid_after=now + _LIFETIME,
    )


def _subject(user: str, groups: Sequence[str]) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, user)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _authority_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> Path:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return path

"""Servers with a certificate of one's own authority."""

from __future__ import annotations

import ssl
import time
from pathlib import Path

import pytest

from tests.cluster.certificates import CertificateAuthority
from tests.cluster.gcsserver import GcsServer
from tests.cluster.s3server import S3Server
from tests.component.trainer_s3.conftest import Opener
from tests.component.trainer_s3.places import BUCKET, Place
from tests.data.proxy import Proxy, running
from transferjob_trainer.errors import StorageDenied

VARIABLES = {"s3": "AWS_CA_BUNDLE", "gs": "REQUESTS_CA_BUNDLE"}


def test_an_authority_is_named_by_a_file(
    opened: Opener, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.server.put(BUCKET, "x/rose", b"red")
    assert isinstance(place.server, S3Server | GcsServer)
    authority = CertificateAuthority(tmp_path)
    with running(secured(Proxy(place.server, share=0, seed=0), authority)) as proxy:
        endpoint = proxy.url.replace("http://", "https://")
        start = time.monotonic()
        with pytest.raises(StorageDenied, match=rf"certificate is not trusted \(.*\); .* in {VARIABLES[place.scheme]}"):
            opened("x", endpoint=endpoint, patience_seconds=60).read("rose")
        assert time.monotonic() - start < 20
        monkeypatch.setenv(VARIABLES[place.scheme], str(authority.path))
        assert opened("x", endpoint=endpoint).read("rose") == b"red"


def secured(proxy: Proxy, authority: CertificateAuthority) -> Proxy:
    pair = authority.server("storage", ["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    return proxy

"""Files over https: read whole whatever the server does, or refused with one sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import class_files, write_tree
from tests.unit.trainer.data.test_archive import make_zip
from tests.unit.trainer.storage.web import Handler, Web, serving
from transferjob_trainer.contract.backbone import BackboneSpec
from transferjob_trainer.errors import DatasetInvalid, RunFailure, StorageDenied, StorageUnavailable, WeightsUnavailable
from transferjob_trainer.storage import Credentials, Storage, https_request, open_storage
from transferjob_trainer.storage.https_reader import MAX_FILE_BYTES
from transferjob_trainer.weights import fetch_weights

DATA = bytes(range(256)) * 20_000


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    with serving(tmp_path / "authority") as (web, authority):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        web.files["/data.bin"] = DATA
        yield web


def opened(uri: str, patience: float = 5) -> Storage:
    return open_storage(uri, Credentials(), absent=DatasetInvalid, patience_seconds=patience)


def test_a_file_is_read_and_downloaded(web: Web, tmp_path: Path) -> None:
    storage = opened(web.uri("/data.bin"))
    assert storage.exists("")
    assert storage.read("") == DATA
    assert storage.read("", 10) == DATA[:11]
    storage.download("", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == DATA
    assert not opened(web.uri("/none.bin")).exists("")
    web.files["/empty"] = b""
    assert opened(web.uri("/empty")).read("") == b""


def test_a_broken_connection_goes_on_where_it_was(web: Web) -> None:
    web.faults = [lambda handler: handler.cut(DATA, 3_000_000), lambda handler: handler.answer(503, b"")]
    assert opened(web.uri("/data.bin")).read("") == DATA
    first, failed, rest = web.asked
    assert (first, failed) == (None, rest)
    assert rest is not None
    assert 0 < int(rest.removeprefix("bytes=").rstrip("-")) <= 3_000_000


def test_a_server_without_ranges_is_read_over(web: Web) -> None:
    web.ranges = False
    web.faults = [lambda handler: handler.cut(DATA, 3_000_000)]
    assert opened(web.uri("/data.bin")).read("") == DATA


def test_a_wrong_range_is_asked_for_again(web: Web) -> None:
    def wrong(handler: Handler) -> bool:
        place = f"bytes 7-{len(DATA) - 1}/{len(DATA)}"
        return handler.answer(206, DATA[7:], {"ETag": web.tag, "Content-Range": place})

    web.faults = [lambda handler: handler.cut(DATA, 3_000_000), wrong]
    assert opened(web.uri("/data.bin")).read("") == DATA


def test_a_file_that_changes_meanwhile_ends_the_run(web: Web) -> None:
    def replaced(handler: Handler) -> bool:
        web.tag, web.files["/data.bin"] = '"two"', DATA[::-1]
        return False

    web.faults = [lambda handler: handler.cut(DATA, 3_000_000), replaced]
    with pytest.raises(DatasetInvalid, match="changed while it was read"):
        opened(web.uri("/data.bin")).read("")


def test_redirects_are_followed_within_https_alone(web: Web) -> None:
    web.redirects = {"/a": "/b", "/b": web.uri("/data.bin?signature=secret"), "/round": "/round"}
    web.files["/data.bin?signature=secret"] = DATA
    assert opened(web.uri("/a")).read("") == DATA
    with pytest.raises(StorageDenied, match="more than 5 redirects"):
        opened(web.uri("/round")).read("")
    for target, scheme in (
        (f"http://127.0.0.1:{web.port}/data.bin?signature=secret", "http"),
        ("file:///etc/passwd", "file"),
        ("https://user:secret@127.0.0.1/", "https"),
        ("https://127.0.0.1:99999999/", "nowhere"),
        ("", "https"),
    ):
        web.redirects["/out"] = target
        with pytest.raises(StorageDenied, match=f"a redirect to {scheme}:// is not followed") as info:
            opened(web.uri("/out")).read("")
        assert "secret" not in info.value.message


def test_a_public_server_cannot_send_us_to_a_private_one(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.redirects["/a"] = "/data.bin"
    answers = iter([False, True])

    class FirstIsPublic(https_request._Connection):
        def connect(self) -> None:
            super().connect()
            assert self.private
            self.private = next(answers)

    monkeypatch.setattr(https_request, "_Connection", FirstIsPublic)
    with pytest.raises(StorageDenied, match=r"redirect to 127.0.0.1 leads to a private address"):
        opened(web.uri("/a")).read("")
    assert web.asked == [None]


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("::ffff:192.168.0.1", True),
        ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
        ("::ffff:8.8.8.8", False),
    ],
)
def test_private_addresses(address: str, private: bool) -> None:
    assert https_request._is_private(address) is private


@pytest.mark.parametrize(
    ("status", "failure", "sentence"),
    [
        (403, StorageDenied, r"refused the request \(403\); no credentials are sent"),
        (410, DatasetInvalid, r"no such file \(410\)"),
        (418, StorageUnavailable, "the server answered 418"),
        (503, StorageUnavailable, r"no answer for 1 s \(503\)"),
    ],
)
def test_answers_that_are_no_content(web: Web, status: int, failure: type[RunFailure], sentence: str) -> None:
    web.faults = [lambda handler: handler.answer(status, b"")] * 50
    with pytest.raises(failure, match=sentence):
        opened(web.uri("/data.bin"), patience=1).read("")


@pytest.mark.parametrize(
    ("size", "failure", "sentence"),
    [
        (MAX_FILE_BYTES + 1, DatasetInvalid, "at most 1,099,511,627,776 are read"),
        (MAX_FILE_BYTES, StorageUnavailable, "has room for"),
    ],
)
def test_sizes_are_bounded_before_anything_is_written(
    web: Web, tmp_path: Path, size: int, failure: type[RunFailure], sentence: str
) -> None:
    web.faults = [lambda handler: handler.answer(200, b"x", length=size)]
    (tmp_path / "to").mkdir()
    with pytest.raises(failure, match=sentence):
        opened(web.uri("/data.bin")).download("", tmp_path / "to/copy")
    assert list((tmp_path / "to").iterdir()) == []


def test_a_certificate_that_nobody_vouches_for(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(StorageDenied, match=r"certificate of 127.0.0.1 is not trusted"):
        opened(web.uri("/data.bin")).read("")


def test_nobody_there_and_nothing_to_write(web: Web) -> None:
    with pytest.raises(StorageUnavailable, match="no answer for 1 s"):
        opened("https://127.0.0.1:1/x", patience=1).read("")
    with pytest.raises(StorageDenied, match="nothing can be written"):
        opened(web.uri("/x")).write("y", b"")


def test_datasets_and_weights_come_over_https(web: Web, tmp_path: Path) -> None:
    files: Any = class_files({"a": 6, "b": 4})
    web.files["/x.zip"] = make_zip(tmp_path / "x.zip", files).read_bytes()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    factory = partial(open_storage, credentials=Credentials(), absent=DatasetInvalid, patience_seconds=2)
    there = load(web.uri("/x.zip"), scratch, storage_factory=factory)
    here = load(write_tree(tmp_path / "x", files), scratch)
    assert np.array_equal(here.train.images, there.train.images)
    with pytest.raises(DatasetInvalid, match="has no listing over https://; name one file"):
        load(web.uri("/folder/"), scratch, storage_factory=factory)
    assert list(scratch.iterdir()) == []
    web.files["/m.weights.h5"] = DATA
    spec = {"name": "MobileNet", "weights": web.uri("/m.weights.h5"), "sha256": hashlib.sha256(DATA).hexdigest()}
    path = fetch_weights(BackboneSpec.model_validate(spec), Credentials(), None, scratch)
    assert path is not None
    assert path.read_bytes() == DATA
    with pytest.raises(WeightsUnavailable, match="sha256"):
        fetch_weights(BackboneSpec.model_validate({**spec, "sha256": "0" * 64}), Credentials(), None, scratch)

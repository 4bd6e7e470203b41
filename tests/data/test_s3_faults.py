"""Data and models through a network that answers 503, slowly, in part, or with another part than was asked for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.cluster.s3server import S3Server
from tests.component.trainer.test_end_to_end import started
from tests.data.proxy import FAULTS, Proxy, proxied
from tests.unit.trainer.data.loading import load
from tests.unit.trainer.runs import write_digits, write_run
from transferjob_trainer.contract import Result
from transferjob_trainer.contract.environment import DATASET_PREFIX, OUTPUT_PREFIX
from transferjob_trainer.digests import describe_artifact
from transferjob_trainer.errors import DatasetInvalid
from transferjob_trainer.storage import Credentials, open_storage

BUCKET = "flowers"
SIZE = 12 << 20


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        server.create_bucket(BUCKET)
        yield server


@pytest.fixture(autouse=True)
def no_other_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("AWS_")]:
        monkeypatch.delenv(name)


def credentials(server: S3Server, proxy: Proxy) -> Credentials:
    return Credentials(server.access_key, server.secret_key, None, server.region, proxy.url)


@pytest.mark.parametrize("seed", range(3))
def test_files_go_in_and_come_out_whole(server: S3Server, tmp_path: Path, seed: int) -> None:
    content = np.random.default_rng(seed).bytes(SIZE)
    (tmp_path / "large").write_bytes(content)
    with proxied(server, share=0.3, seed=seed) as proxy:
        opened = open_storage(f"s3://{BUCKET}/{seed}", credentials(server, proxy), patience_seconds=120)
        assert opened.write_new("large", tmp_path / "large")
        assert not opened.write_new("large", tmp_path / "large")
        for copy in range(8):
            opened.download("large", tmp_path / f"copy{copy}")
            assert hashlib.sha256((tmp_path / f"copy{copy}").read_bytes()).digest() == hashlib.sha256(content).digest()
        # In pieces, as archives and records are read: a connection that breaks is taken up in the middle.
        with opened.open("large") as stream:
            assert b"".join(iter(partial(stream.read, 100_000), b"")) == content
        assert sum(proxy.done[fault] for fault in FAULTS) > 3, proxy.done
    assert (server.path(BUCKET) / f"{seed}/large").read_bytes() == content


def test_a_dataset_is_the_one_that_lies_there(server: S3Server, tmp_path: Path) -> None:
    folder = write_digits(server.path(BUCKET) / "digits", each=20)
    wanted = load(folder, tmp_path)
    for seed in range(3):
        with proxied(server, share=0.2, seed=seed) as proxy:
            opener = partial(
                open_storage, credentials=credentials(server, proxy), absent=DatasetInvalid, patience_seconds=120
            )
            seen = load(f"s3://{BUCKET}/digits", tmp_path, storage_factory=opener)
            assert sum(proxy.done[fault] for fault in FAULTS) > 10, proxy.done
        assert np.array_equal(seen.train.images, wanted.train.images)
        assert np.array_equal(seen.validation.labels, wanted.validation.labels)


def test_a_run_publishes_a_whole_result(server: S3Server, tmp_path: Path) -> None:
    write_digits(server.path(BUCKET) / "more", each=12)
    with proxied(server, share=0.2, seed=1) as proxy:
        settings = {
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
            "AWS_REGION": server.region,
            "AWS_ENDPOINT_URL": proxy.url,
        }
        env = {
            f"{prefix}{name}": value for prefix in (DATASET_PREFIX, OUTPUT_PREFIX) for name, value in settings.items()
        }
        run = write_run(
            tmp_path,
            dataset={"uri": f"s3://{BUCKET}/more"},
            output={"uri": f"s3://{BUCKET}/models", "formats": ["Keras", "SavedModel"]},
        )
        with started(run, **env) as trainer:
            code, printed, message = trainer.end(240)
        assert code == 0, printed
        assert sum(proxy.done[fault] for fault in FAULTS) > 10, proxy.done
    folder = server.path(BUCKET) / "models" / message.result.digest
    result = Result.model_validate_json((folder / "result.json").read_text())
    for artifact in result.artifacts:
        assert describe_artifact(folder, artifact.path, artifact.format) == artifact

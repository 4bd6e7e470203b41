"""A result is published once, found again by its own job alone, and never rewritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from transferjob_trainer.contract import Artifact, DatasetReport, JobIdentity, ModelReport, Result
from transferjob_trainer.publish import publish, published_result, result_digest
from transferjob_trainer.storage import Credentials, Storage, open_storage

JOB = JobIdentity(namespace="default", name="digits", uid="1")
ARTIFACTS = (Artifact(format="Labels", path="labels.txt", sha256="a" * 64, bytes=4),)


def result(job: JobIdentity = JOB) -> Result:
    digest = result_digest(list(ARTIFACTS))
    return Result(
        job=job,
        attempt="pod",
        model_uri=f"file:///output/{digest}",
        digest=digest,
        metrics={"accuracy": 1.0},
        evaluated_on="validation",
        classes=("0", "1"),
        artifacts=ARTIFACTS,
        model=ModelReport(
            variant="plain",
            depth=3,
            depth_with_head=5,
            frozen_layers=1,
            cut_tensors=1,
            trainable_parameters=1,
            frozen_parameters=0,
        ),
        dataset=DatasetReport(classes=2, examples=4, validation_examples=2, digest="d" * 64),
        seconds=1.0,
        versions={},
    )


@pytest.fixture
def output(tmp_path: Path) -> Path:
    (tmp_path / "output").mkdir()
    return tmp_path / "output"


@pytest.fixture
def storage(output: Path) -> Storage:
    return open_storage(f"file://{output}", Credentials())


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    (tmp_path / "staged/savedmodel/1").mkdir(parents=True)
    (tmp_path / "staged/labels.txt").write_text("0\n1\n")
    (tmp_path / "staged/savedmodel/1/saved_model.pb").write_text("graph")
    return tmp_path / "staged"


def test_what_is_published_is_found_by_the_same_job_alone(storage: Storage, output: Path, staged: Path) -> None:
    assert published_result(JOB, storage) is None
    publish(result(), staged, storage)
    assert published_result(JOB, storage) == result()
    assert (output / result().digest / "savedmodel/1/saved_model.pb").read_text() == "graph"
    # A job that was made again under the same name is another one.
    assert published_result(JOB.model_copy(update={"uid": "2"}), storage) is None


def test_files_under_a_digest_are_never_rewritten(storage: Storage, output: Path, staged: Path) -> None:
    publish(result(), staged, storage)
    (staged / "labels.txt").write_text("others")
    publish(result(JOB.model_copy(update={"uid": "2"})), staged, storage)
    folder = output / result().digest
    assert (folder / "labels.txt").read_text() == "0\n1\n"
    assert Result.model_validate_json((folder / "result.json").read_text()).job == JOB


def test_without_result_json_nothing_is_published(storage: Storage, output: Path, staged: Path) -> None:
    publish(result(), staged, storage)
    (output / result().digest / "result.json").unlink()
    assert published_result(JOB, storage) is None


@pytest.mark.parametrize(
    "latest",
    [
        "{",
        "[]",
        "[" * 100_000,
        json.dumps({"job": JOB.model_dump()}),
        json.dumps({"job": JOB.model_dump(), "digest": "../elsewhere"}),
        json.dumps({"job": JOB.model_dump(), "digest": 7}),
        json.dumps({"job": "me", "digest": "a" * 64}),
    ],
)
def test_a_pointer_that_is_not_ours_is_no_result(storage: Storage, output: Path, latest: str) -> None:
    (output / "latest.json").write_text(latest)
    assert published_result(JOB, storage) is None

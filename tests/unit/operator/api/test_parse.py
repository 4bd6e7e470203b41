from __future__ import annotations

from typing import Any

import pytest

from tests.unit.operator.api.manifests import WRONG, Wrong, manifest
from transferjob_operator.api.problems import Problem
from transferjob_operator.api.transfer_job import InvalidTransferJob, parse_transfer_job


def _problems(document: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(InvalidTransferJob) as caught:
        parse_transfer_job(document)
    return caught.value.problems


@pytest.mark.parametrize("wrong", WRONG, ids=[wrong.change for wrong in WRONG])
def test_a_wrong_manifest_is_refused_by_field_and_limit(wrong: Wrong) -> None:
    problems = _problems(manifest(wrong.change))
    assert any(problem.path == wrong.field and wrong.words in problem.message for problem in problems), problems


def test_every_problem_is_told_at_once() -> None:
    change = "{training: {epochs: 0}, head: {layers: [{}]}, dataset: {uri: 'ftp://a'}, extra: 1}"
    assert {problem.path for problem in _problems(manifest(change))} == {
        "spec.training.epochs",
        "spec.head.layers[0]",
        "spec.dataset.uri",
        "spec.extra",
    }


def test_the_sentence_has_the_value_and_the_limit() -> None:
    problems = _problems(manifest("freeze: {layers: 176}"))
    assert list(map(str, problems)) == [
        "spec.freeze.layers: must be at most 175, the number of layers of ResNet50, got 176"
    ]


@pytest.mark.parametrize("path", ["models", "m" * 2000, "models?a=b", "a b"])
def test_credentials_in_a_uri_are_not_repeated(path: str) -> None:
    problems = _problems(manifest(f"output: {{uri: 's3://key:hunter2@bucket/{path}'}}"))
    assert "hunter2" not in " ".join(map(str, problems))


def test_the_smallest_manifest_has_all_defaults() -> None:
    job = parse_transfer_job(manifest())
    assert (job.spec.training.epochs, job.spec.training.optimizer.learning_rate) == (10, None)
    assert (job.spec.run.retries, job.spec.run.termination_grace_period_seconds, job.spec.run.suspend) == (
        3,
        120,
        False,
    )
    assert (job.spec.resources.gpus, job.spec.resources.memory, job.spec.workers) == (1, "16Gi", 1)
    assert job.status.phase is None


@pytest.mark.parametrize(
    ("change", "layers"),
    [
        ("backbone: {name: EfficientNetB0}", 238),
        ("backbone: {name: EfficientNetB0, weights: 's3://b/a.keras'}", 237),
        ("backbone: {name: EfficientNetB0, weightsFrom: {jobRef: {name: a}}}", 238),
        ("backbone: {name: EfficientNetB0, weights: 's3://b/a.keras', variant: imagenet}", 238),
        ("backbone: {name: MobileNetV3Small, arguments: {minimalistic: true}}", 103),
        ("backbone: {name: MobileNetV3Small, arguments: {alpha: 0.75}}", 157),
        ("backbone: {name: ResNet50}", 175),
    ],
)
def test_the_limit_is_the_depth_of_the_variant(change: str, layers: int) -> None:
    document = manifest(change)
    document["spec"]["freeze"] = {"layers": layers}
    parse_transfer_job(document)
    document["spec"]["freeze"] = {"layers": layers + 1}
    assert [problem.path for problem in _problems(document)] == ["spec.freeze.layers"]


def test_another_kind_is_refused() -> None:
    assert _problems({**manifest(), "kind": "Job"})[0] == Problem("kind", "must be TransferJob, got 'Job'")


@pytest.mark.parametrize("spec", [None, [], "text", 7])
def test_a_spec_that_is_no_object_is_a_problem_and_not_a_crash(spec: object) -> None:
    assert "spec" in [problem.path for problem in _problems({**manifest(), "spec": spec})]

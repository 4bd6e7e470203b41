"""What the administrator allows a job to name: the rest is refused before it has a pod, for new jobs alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.builders import make_child, make_job
from tests.unit.operator.core.passes import NEW, SETTINGS, at, reason
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.core.decision import CreateJob, Decision
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.policies.allowed import Allowed, not_allowed
from transferjob_operator.core.profiled import decide_with_profile
from transferjob_operator.core.profiles import parse_profiles
from transferjob_operator.settings import read_settings


def refused(allowed: Allowed, **spec: Any) -> tuple[str, ...]:
    return not_allowed(make_job(**spec).spec, allowed)


def decided(
    allowed: Allowed, status: TransferJobStatus = NEW, observed: Observed | None = None, **spec: Any
) -> Decision:
    settings = replace(
        SETTINGS, allowed=allowed, profiles=parse_profiles({"cuda": {"pod": {"image": "elsewhere/cuda"}}})
    )
    return decide_with_profile(make_job(**spec), status, observed or Observed(), settings, at(1))


@pytest.mark.parametrize(
    ("image", "fits"),
    [
        ("mirror/ml/trainer:1", True),
        ("mirror/ml", True),
        ("mirror/ml@sha256:00", True),
        ("mirror/ml:1", True),
        ("mirror/ml-evil/trainer:1", False),
        ("mirror/mls", False),
        ("evil/mirror/ml/trainer", False),
    ],
)
def test_an_image_begins_with_one_of_the_list_up_to_a_part_of_its_name(image: str, fits: bool) -> None:
    said = refused(Allowed(images=("mirror/ml", "approved/")), pod={"image": image})
    sentence = f"spec.pod.image must begin with one of mirror/ml, approved/, got '{image}'"
    assert said == (() if fits else (sentence,))


@pytest.mark.parametrize(
    ("field", "spec"),
    [
        ("dataset.uri", {"dataset": {"uri": "s3://theirs/x"}}),
        ("dataset.validation.uri", {"dataset": {"uri": "s3://ours/x", "validation": {"uri": "s3://theirs/x"}}}),
        ("dataset.test.uri", {"dataset": {"uri": "s3://ours/x", "test": {"uri": "s3://theirs/x"}}}),
        ("output.uri", {"output": {"uri": "s3://theirs/x"}}),
        ("backbone.weights", {"backbone": {"name": "ResNet50", "weights": "s3://theirs/x.keras"}}),
        ("training.checkpoint.uri", {"training": {"checkpoint": {"uri": "s3://theirs/x"}}}),
        ("training.featureCache.uri", {"training": {"featureCache": {"uri": "pvc://theirs/x"}}}),
    ],
)
def test_every_place_of_a_spec_is_looked_at(field: str, spec: dict[str, Any]) -> None:
    ours = {"dataset": {"uri": "s3://ours/data"}, "output": {"uri": "s3://ours/models"}}
    (said,) = refused(Allowed(uris=("s3://ours", "pvc://ours/")), **{**ours, **spec})
    assert said.startswith(f"spec.{field} must begin with one of s3://ours, pvc://ours/, got ")


def test_a_bucket_whose_name_goes_on_is_another_one() -> None:
    spec = {"dataset": {"uri": "s3://ours-not/data"}, "output": {"uri": "s3://ours/models"}}
    assert len(refused(Allowed(uris=("s3://ours",)), **spec)) == 1


def test_names_are_compared_whole_and_all_that_is_wrong_is_told() -> None:
    allowed = Allowed(service_accounts=("trainer",), priority_classes=("batch", "low"))
    said = refused(allowed, pod={"serviceAccountName": "trainer-2", "priorityClassName": "system-node-critical"})
    assert said == (
        "spec.pod.serviceAccountName must be one of trainer, got 'trainer-2'",
        "spec.pod.priorityClassName must be one of batch, low, got 'system-node-critical'",
    )
    assert refused(allowed) == ()


def test_a_refused_job_fails_at_once_and_gets_no_child() -> None:
    decision = decided(Allowed(images=("mirror/",)), pod={"image": "evil/x"})
    assert (decision.status.phase, reason(decision), decision.actions) == ("Failed", "NotAllowed", ())
    assert decision.status.failure is not None
    assert "spec.pod.image must begin with one of mirror/, got 'evil/x'" in (decision.status.failure.message or "")


def test_a_job_that_has_begun_goes_on_and_a_profile_is_the_administrators_own() -> None:
    allowed = Allowed(images=("mirror/",))
    begun = TransferJobStatus(job_uid="child-uid")
    assert reason(decided(allowed, begun, pod={"image": "evil/x"})) is None
    assert reason(decided(allowed, observed=Observed(job=make_child()), pod={"image": "evil/x"})) is None
    (action,) = decided(allowed, profile="cuda").actions
    assert isinstance(action, CreateJob)


def test_the_flags_are_lists_and_the_default_image_is_always_allowed() -> None:
    settings = read_settings(["--allowed-images", "mirror/, approved", "--trainer-image", "own:1"], {})
    assert settings.allowed == Allowed(images=("mirror/", "approved", "own:1"))
    assert read_settings([], {}).allowed.everything

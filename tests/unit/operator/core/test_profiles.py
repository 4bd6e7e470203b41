"""Profiles: what a set of defaults may hold, how it goes below a spec, and that what was taken up stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.builders import make_child, make_job, make_running_pod
from tests.unit.operator.core.passes import NEW, SETTINGS, at, reason
from transferjob_operator.api.status import ProfileStatus, TransferJobStatus
from transferjob_operator.core.decision import CreateJob, Decision
from transferjob_operator.core.merge import merged
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.profiled import decide_with_profile
from transferjob_operator.core.profiles import MAX_BYTES, InvalidProfiles, Profiles, marked, parse_profiles
from transferjob_operator.core.settings import CoreSettings

A100: dict[str, Any] = {
    "resources": {"cpu": "8", "gpuResource": "example.com/a100"},
    "run": {"retries": 5, "startTimeoutSeconds": 60},
    "pod": {
        "nodeSelector": {"gpu": "a100", "zone": "a"},
        "tolerations": [{"key": "team", "operator": "Exists"}],
        "env": [{"name": "NCCL_DEBUG", "value": "INFO"}, {"name": "TZ", "value": "UTC"}],
    },
}
ALONE = Observed()
PROFILES = parse_profiles({"a100": A100, "default": {"resources": {"memory": "2Gi"}}})


def decided(
    profiles: Profiles = PROFILES,
    observed: Observed = ALONE,
    status: TransferJobStatus = NEW,
    seconds: float = 1,
    **spec: Any,
) -> Decision:
    settings = CoreSettings(SETTINGS.trainer_image, profiles=profiles)
    return decide_with_profile(make_job(**spec), status, observed, settings, at(seconds))


def made(decision: Decision) -> dict[str, Any]:
    (action,) = decision.actions
    assert isinstance(action, CreateJob)
    return dict(action.manifest)


def shown(decision: Decision) -> tuple[str | None, str, str]:
    running = next(item for item in decision.status.conditions if item.type == "Running")
    return decision.status.phase, running.reason, running.message


def test_what_the_spec_says_goes_before_what_the_profile_says() -> None:
    manifest = made(
        decided(
            profile="a100",
            resources={"cpu": "4"},
            run={"startTimeoutSeconds": 900},
            pod={
                "nodeSelector": {"zone": "b"},
                "tolerations": [{"key": "mine", "operator": "Exists"}],
                "env": [{"name": "TZ", "value": "CET"}],
            },
        )
    )
    pod = manifest["spec"]["template"]["spec"]
    # 4 is our own default as well, and still what was asked for.
    assert pod["containers"][0]["resources"]["limits"] == {"cpu": "4", "memory": "16Gi", "example.com/a100": "1"}
    assert pod["nodeSelector"] == {"gpu": "a100", "zone": "b"}
    assert [entry["key"] for entry in pod["tolerations"]][-2:] == ["team", "mine"]
    assert {e["name"]: e.get("value") for e in pod["containers"][0]["env"]}.items() >= {
        ("NCCL_DEBUG", "INFO"),
        ("TZ", "CET"),
    }
    assert manifest["spec"]["backoffLimit"] == 5


def test_a_job_without_a_profile_has_the_one_named_default_and_no_other() -> None:
    limits = made(decided())["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert limits == {"cpu": "4", "memory": "2Gi", "nvidia.com/gpu": "1"}
    named = made(decided(profile="a100"))["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert named["memory"] == "16Gi"


def test_without_profiles_nothing_is_marked() -> None:
    assert "annotations" not in made(decided(profiles={}))["metadata"]


def test_affinities_are_taken_whole() -> None:
    both = merged(
        {"affinity": {"nodeAffinity": {"a": [1]}, "podAffinity": {"c": 1}}}, {"affinity": {"nodeAffinity": {"b": [2]}}}
    )
    assert both == {"affinity": {"nodeAffinity": {"b": [2]}, "podAffinity": {"c": 1}}}


def test_a_profile_that_does_not_exist_is_waited_for_with_the_names_there_are() -> None:
    waits = decided(profile="h100")
    phase, told, sentence = shown(waits)
    assert (phase, told, waits.actions, waits.requeue_after) == ("Pending", "UnknownProfile", (), 30)
    assert "no profile h100" in sentence
    assert "a100, default" in sentence
    again = decided(profile="h100", status=waits.status, seconds=31)
    assert (again.status, again.events) == (waits.status, ())
    assert reason(decided(profile="h100", status=waits.status, seconds=99, run={"queueTimeoutSeconds": 60})) == (
        "QueueTimeout"
    )
    assert made(decided({**PROFILES, "h100": PROFILES["a100"]}, status=waits.status, profile="h100"))


def test_what_was_taken_up_stays_when_the_configuration_changes() -> None:
    before = made(decided(profile="a100"))
    child = make_child(profile=before["metadata"]["annotations"]["transferjob.dev/profile"])
    other = parse_profiles({"a100": {"run": {"startTimeoutSeconds": 5}}})
    waits = Observed(child, (make_running_pod(phase="Pending", container=None, started=False),))
    # The operator died between the child and the status, and its successor reads another file.
    first = decided(other, waits, seconds=20, profile="a100")
    assert first.status.profile == ProfileStatus(name="a100", defaults=A100)
    assert (reason(first), reason(decided({}, waits, first.status, 59, profile="a100"))) == (None, None)
    assert (
        reason(decided(other, waits, first.status, 61, profile="a100")) == "ImagePull"
        or reason(decided(other, waits, first.status, 61, profile="a100")) == "StartTimeout"
    )
    # A child that is made again is made of the same defaults.
    assert (
        made(decided(other, status=first.status, profile="a100"))["spec"]["template"]["spec"]["nodeSelector"]
        == (A100["pod"]["nodeSelector"])
    )


@pytest.mark.parametrize("defaults", [{"resources": {"cpu": -1}}, {"pod": 3}, {"spec": {}}])
def test_a_status_that_holds_no_profile_is_not_believed(defaults: dict[str, Any]) -> None:
    damaged = NEW.model_copy(update={"profile": ProfileStatus(name="a100", defaults=defaults)})
    assert made(decided(status=damaged, profile="a100"))["spec"]["backoffLimit"] == 5


def test_a_job_that_outgrows_a_bound_with_its_profile_fails_and_says_so() -> None:
    many = [{"name": f"A{number}", "value": "1"} for number in range(60)]
    profiles = parse_profiles({"many": {"pod": {"env": [{"name": f"B{number}"} for number in range(10)]}}})
    over = decided(profiles, profile="many", pod={"env": many})
    assert over.status.failure is not None
    assert over.status.failure.reason == "InvalidSpec"
    assert over.status.failure.message == "spec.pod.env with profile many: must have at most 64 entries, got 70"


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"a100": {"resources": {"cpu": "4 cores"}}}, "a100.resources.cpu: must match "),
        ({"a100": {"resources": {"gpus": 999}}}, "a100.resources.gpus: must be at most 64, got 999"),
        ({"a100": {"run": {"suspend": True}}}, "a100: run.suspend is each job's own and no default"),
        ({"a100": {"pod": {"volumes": [{"name": "a"}]}}}, "a100.pod.volumes[0].mountPath: is required"),
        ({"a100": {"training": {"epochs": 3}}}, "a100.training: unknown field"),
        ({"A 100": {}}, "must be lower-case letters, digits"),
        ({"a": {"pod": {"annotations": {"x": "y" * 4096}}}}, f"a: must be at most {MAX_BYTES} bytes as JSON, got 41"),
        (["a100"], "the document: must be an object"),
        ("a100", "the document: must be an object"),
    ],
)
def test_a_bad_profile_is_named_with_field_value_and_limit(document: object, sentence: str) -> None:
    with pytest.raises(InvalidProfiles) as caught:
        parse_profiles(document)
    assert sentence in str(caught.value)


def test_marking_leaves_the_manifest_as_it_was() -> None:
    manifest = {"metadata": {"name": "flowers"}}
    assert marked(manifest, None) is manifest
    assert "annotations" in marked(manifest, ProfileStatus(name="a", defaults={}))["metadata"]
    assert manifest == {"metadata": {"name": "flowers"}}

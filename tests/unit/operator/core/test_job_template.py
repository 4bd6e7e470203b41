from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.builders import DIGEST, make_job
from transferjob_operator.core.job_template import job_manifest
from transferjob_operator.core.settings import CoreSettings
from transferjob_operator.core.weights import ResolvedWeights
from transferjob_trainer.contract import RunFile
from transferjob_trainer.contract.environment import IMAGENET_MIRROR, RUN_FILE_ANNOTATION

GOLDEN = Path(__file__).parents[3] / "contract" / "golden" / "job.yaml"
SETTINGS = CoreSettings(trainer_image="registry.example/trainer:1")
EVERYTHING: dict[str, Any] = {
    "labels": {"team": "botany", "kueue.x-k8s.io/queue-name": "team-a"},
    "dataset": {"uri": "s3://bucket/flowers", "secretRef": {"name": "s3-credentials"}},
    "pod": {
        "nodeSelector": {"zone": "a"},
        "tolerations": [{"key": "spot", "operator": "Exists"}],
        "labels": {"team": "botany", "app.kubernetes.io/managed-by": "me"},
        "env": [{"name": "TF_CPP_MIN_LOG_LEVEL", "value": "1"}, {"name": "TRANSFERJOB_POD_UID", "value": "x"}],
        "priorityClassName": "high",
    },
}


def rendered(weights: ResolvedWeights | None = None, **arguments: Any) -> dict[str, Any]:
    return job_manifest(make_job(**arguments), weights, SETTINGS)


def container(manifest: dict[str, Any]) -> dict[str, Any]:
    only: dict[str, Any] = manifest["spec"]["template"]["spec"]["containers"][0]
    return only


def variables(manifest: dict[str, Any]) -> dict[str, Any]:
    return {variable["name"]: variable for variable in container(manifest)["env"]}


def run_file_of(manifest: dict[str, Any]) -> RunFile:
    return RunFile.model_validate_json(manifest["spec"]["template"]["metadata"]["annotations"][RUN_FILE_ANNOTATION])


def test_the_manifest_is_the_golden_one() -> None:
    assert rendered(**EVERYTHING) == yaml.safe_load(GOLDEN.read_text())


def test_failure_rules_stand_in_the_order_that_decides() -> None:
    rules = rendered()["spec"]["podFailurePolicy"]["rules"]
    assert [rule["action"] for rule in rules] == ["Ignore", "FailJob", "Ignore"]
    assert rules[1]["onExitCodes"]["values"] == [64, 65, 66, 71, 73, 74, 77, 126, 127]
    assert rules[2]["onExitCodes"]["values"] == [75, 76]


@pytest.mark.parametrize(
    ("arguments", "suspend"),
    [({}, False), ({"run": {"suspend": True}}, True), ({"labels": {"kueue.x-k8s.io/queue-name": "a"}}, True)],
)
def test_a_job_is_made_suspended_for_the_user_or_for_kueue(arguments: dict[str, Any], suspend: bool) -> None:
    assert rendered(**arguments)["spec"]["suspend"] is suspend


def test_without_gpus_nothing_of_a_gpu_is_asked_for() -> None:
    manifest = rendered(resources={"gpus": 0})
    assert "nvidia.com/gpu" not in container(manifest)["resources"]["limits"]
    taints = [entry["key"] for entry in manifest["spec"]["template"]["spec"]["tolerations"]]
    assert taints == ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
    assert run_file_of(manifest).gpus == 0


def test_requests_equal_limits() -> None:
    resources = container(rendered())["resources"]
    assert resources["limits"] == resources["requests"]
    assert resources["limits"]["nvidia.com/gpu"] == "1"


def test_each_claim_is_mounted_once_and_writable_only_where_it_is_written() -> None:
    manifest = rendered(dataset={"uri": "pvc://data.v1/a"}, output={"uri": "pvc://models/b"})
    mounts = {mount["mountPath"]: mount.get("readOnly", False) for mount in container(manifest)["volumeMounts"]}
    assert mounts["/mnt/claims/data.v1"] is True
    assert mounts["/mnt/claims/models"] is False
    same = rendered(dataset={"uri": "pvc://models/a"}, output={"uri": "pvc://models/b"})
    assert len([m for m in container(same)["volumeMounts"] if m["mountPath"].startswith("/mnt/claims")]) == 1


@pytest.mark.checklist(40)
def test_credentials_are_references_and_the_user_cannot_steer_the_trainer() -> None:
    env = variables(rendered(**EVERYTHING))
    reference = env["TRANSFERJOB_DATASET_AWS_SECRET_ACCESS_KEY"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "s3-credentials", "key": "AWS_SECRET_ACCESS_KEY", "optional": False}
    assert env["TRANSFERJOB_DATASET_AWS_REGION"]["valueFrom"]["secretKeyRef"]["optional"] is True
    assert env["TRANSFERJOB_POD_UID"]["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.uid"


@pytest.mark.parametrize(
    ("parts", "dataset", "output"),
    [
        ({}, "AWS_", "AWS_"),
        ({"dataset": "gs://bucket/flowers"}, "GOOGLE_", "AWS_"),
        ({"dataset": "gs://bucket/flowers", "test": "s3://bucket/test"}, "AWS_ GOOGLE_", "AWS_"),
        ({"output": "gs://bucket/models"}, "AWS_", "GOOGLE_"),
        ({"output": "pvc://models", "weights": "gs://bucket/x.keras"}, "AWS_", "GOOGLE_"),
        ({"output": "pvc://models", "checkpoint": "gs://bucket/states"}, "AWS_", "GOOGLE_"),
    ],
)
def test_the_keys_of_a_secret_are_those_of_the_schemes(parts: dict[str, str], dataset: str, output: str) -> None:
    secret = {"secretRef": {"name": "keys"}}
    spec: dict[str, Any] = {
        "dataset": {"uri": parts.get("dataset", "s3://bucket/flowers"), **secret},
        "output": {"uri": parts.get("output", "s3://bucket/models"), **secret},
    }
    if "test" in parts:
        spec["dataset"]["test"] = {"uri": parts["test"]}
    if "weights" in parts:
        spec["backbone"] = {"name": "ResNet50", "weights": parts["weights"]}
    if "checkpoint" in parts:
        spec["training"] = {"checkpoint": {"uri": parts["checkpoint"]}}
    env = variables(rendered(**spec))
    for prefix, wanted in (("TRANSFERJOB_DATASET_", dataset), ("TRANSFERJOB_OUTPUT_", output)):
        keys = [name.removeprefix(prefix) for name in env if name.startswith(prefix)]
        assert {f"{key.partition('_')[0]}_" for key in keys} == set(wanted.split())
        needed = [env[f"{prefix}{key}"]["valueFrom"]["secretKeyRef"] for key in keys]
        required = {"AWS_": 2, "GOOGLE_": 1}
        assert sum(not one["optional"] for one in needed) == sum(required[word] for word in wanted.split())


def test_weights_of_another_job_stand_in_the_run_file_and_their_claim_is_mounted() -> None:
    weights = ResolvedWeights(f"pvc://shared/models/{DIGEST}/backbone.weights.h5", DIGEST, "plain")
    manifest = rendered(weights, backbone={"name": "ResNet50", "weightsFrom": {"jobRef": {"name": "pretrain"}}})
    backbone = run_file_of(manifest).backbone
    assert (backbone.weights, backbone.sha256, backbone.variant) == (weights.uri, DIGEST, "plain")
    assert {"name": "claim-2", "mountPath": "/mnt/claims/shared", "readOnly": True} in container(manifest)[
        "volumeMounts"
    ]


def test_the_mirror_of_imagenet_weights_reaches_the_runs_that_need_it() -> None:
    settings = replace(SETTINGS, imagenet_mirror="pvc://keras/weights")

    def of(backbone: dict[str, Any], **pod: Any) -> tuple[Any, set[str]]:
        manifest = job_manifest(make_job(backbone=backbone, pod=pod), None, settings)
        mounts = {mount["mountPath"] for mount in container(manifest)["volumeMounts"]}
        return variables(manifest).get(IMAGENET_MIRROR), mounts

    given, mounts = of({"name": "ResNet50"})
    assert given == {"name": IMAGENET_MIRROR, "value": "pvc://keras/weights"}
    assert "/mnt/claims/keras" in mounts
    for backbone in ({"name": "ResNet50", "weights": "none"}, {"name": "ResNet50", "weights": "s3://b/a.keras"}):
        given, mounts = of(backbone)
        assert given is None
        assert "/mnt/claims/keras" not in mounts
    own = {"name": IMAGENET_MIRROR, "value": "https://mirror/keras"}
    assert of({"name": "ResNet50"}, env=[own])[0] == own
    assert IMAGENET_MIRROR not in variables(rendered())


def test_further_volumes_come_after_our_own_and_are_mounted_where_they_ask_to_be() -> None:
    asked = [
        {"name": "keys", "mountPath": "/keys", "readOnly": True, "secret": {"secretName": "s3.keys", "optional": True}},
        {"name": "more", "mountPath": "/more", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
    ]
    own, manifest = rendered(), rendered(pod={"volumes": asked})
    volumes, mounts = manifest["spec"]["template"]["spec"]["volumes"], container(manifest)["volumeMounts"]
    assert volumes[:-2] == own["spec"]["template"]["spec"]["volumes"]
    assert mounts[:-2] == container(own)["volumeMounts"]
    assert volumes[-2:] == [
        {"name": "keys", "secret": {"secretName": "s3.keys", "optional": True}},
        {"name": "more", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
    ]
    assert mounts[-2:] == [
        {"name": "keys", "mountPath": "/keys", "readOnly": True},
        {"name": "more", "mountPath": "/more"},
    ]

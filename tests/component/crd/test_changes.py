from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.cluster.api import ApiError, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.component.crd.conftest import Create
from tests.unit.operator.api.manifests import manifest

START = """
head: {classes: 10}
dataset: {secretRef: {name: a}}
pod: {affinity: {nodeAffinity: {a: 1}}, nodeSelector: {a: b}}
run: {retries: 3}
"""
FORBIDDEN = (
    ("changed", "freeze: {layers: 99}", "freeze"),
    ("changed", "training: {epochs: 11}", "training"),
    ("changed", "backbone: {name: ResNet101}", "backbone"),
    ("changed", "input: {resize: {antialias: false}}", "input"),
    ("changed", "output: {uri: 'pvc://models/other'}", "output"),
    ("changed", "resources: {gpus: 0}", "resources"),
    ("changed", "pod: {affinity: {nodeAffinity: {a: 2}}}", "pod"),
    ("changed", "run: {retries: 4}", "run.retries"),
    ("changed", "run: {terminationGracePeriodSeconds: 60}", "run.terminationGracePeriodSeconds"),
    ("added", "training: {optimizer: {weightDecay: 0.1}}", "training"),
    ("added", "backbone: {weights: none}", "backbone"),
    ("added", "dataset: {classes: [a, b]}", "dataset"),
    ("added", "pod: {labels: {a: b}}", "pod"),
    ("added", "profile: a100", "profile"),
    ("removed", "head: {classes: null}", "head"),
    ("removed", "dataset: {secretRef: null}", "dataset"),
    ("removed", "pod: {nodeSelector: null}", "pod"),
    ("removed", "pod: {affinity: null}", "pod"),
    ("replaced", "freeze: {layers: null, all: true}", "freeze"),
)


@pytest.mark.checklist(34)
@pytest.mark.parametrize(("how", "change", "field"), FORBIDDEN, ids=[f"{how} {change}" for how, change, _ in FORBIDDEN])
def test_a_spec_cannot_be_changed(
    how: str, change: str, field: str, cluster: ControlPlane, jobs: Resource, create: Create
) -> None:
    create(manifest(START))
    with pytest.raises(ApiError) as caught:
        _patch(cluster, jobs, {"spec": yaml.safe_load(change)})
    message = caught.value.status["message"]
    assert f"spec.{field}: " in message
    assert "cannot be changed after creation" in message


def test_a_job_can_be_suspended_and_resumed(cluster: ControlPlane, jobs: Resource, create: Create) -> None:
    create(manifest())
    for suspend in (True, False):
        assert _patch(cluster, jobs, {"spec": {"run": {"suspend": suspend}}})["spec"]["run"]["suspend"] is suspend


def test_metadata_can_be_changed(cluster: ControlPlane, jobs: Resource, create: Create) -> None:
    create(manifest())
    assert _patch(cluster, jobs, {"metadata": {"labels": {"a": "b"}}})["metadata"]["labels"] == {"a": "b"}


@pytest.mark.checklist(22)
def test_the_status_is_written_by_its_own_request_alone(cluster: ControlPlane, jobs: Resource, create: Create) -> None:
    create(manifest())
    assert "status" not in _patch(cluster, jobs, {"status": {"phase": "Running"}})
    status = jobs.named("flowers")._replace(subresource="status")
    changed = cluster.api.patch(status, {"status": {"phase": "Running"}, "spec": {"freeze": {"layers": 1}}})
    assert (changed["status"], changed["spec"]["freeze"]) == ({"phase": "Running"}, {"layers": 100})


def _patch(cluster: ControlPlane, jobs: Resource, change: dict[str, Any]) -> Object:
    return cluster.api.patch(jobs.named("flowers"), change)

"""The API server and this program draw the same line, on documents that nobody has thought of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.cluster.api import ApiError
from tests.component.crd.conftest import Create
from tests.unit.operator.api.documents import documents
from tests.unit.operator.api.manifests import manifest
from tests.unit.operator.api.test_spec import RULED, SCHEMA
from transferjob_operator.api.transfer_job import InvalidTransferJob, parse_transfer_job

ODD_URIS = (
    "s3://bucket",
    "s3://bucket/",
    "s3://b/a/./c",
    "s3://b/..",
    "s3://b/a..b",
    "s3://../b",
    "s3://b/%2e%2e/c",
    "s3://b/a%2F../c",
    "s3://b/a%2f%2E./c",
    "s3://b/%252e%252e/c",
    "s3://b/é/ü",
    "s3://b/a@b",
    "s3://me@b/a",
    "s3://[b]/a",
    "s3://b/a\tb",
    "s3://b/a\n",
    "s3://b/a#b",
    "s3:/b/a",
    "S3://b/a",
    "//b/a",
    "s3://",
    "s3:///a",
    "pvc://claim",
    "pvc://claim.with.dots/a",
    "pvc://claim:80/a",
    "pvc://-claim/a",
    "pvc:///a",
    "pvc://cl_aim/a",
    "file:///a",
    "file://host/a",
    "sklearn://digits",
    "data://x",
    " s3://b/a",
    "s3://b/" + "a" * 1017,
    "s3://b/" + "é" * 1018,
)
ODD_VALUES = (
    "training: {epochs: 9223372036854775808}",
    "training: {optimizer: {learningRate: 1}}",
    "training: {optimizer: {learningRate: true}}",
    "training: {seed: null}",
    "run: {suspend: null}",
    "run: null",
    "head: {layers: null}",
    "head: {layers: [null]}",
    "input: {}",
    "dataset: {classes: [a, a]}",
    "dataset: {validation: {fraction: 0.1, uri: 's3://b/a'}}",
    "pod: {labels: {'bad key!': a}}",
    "pod: {labels: {'a/b/c': a}}",
    "pod: {nodeSelector: {'': a}}",
    "pod: {annotations: {'a b': c}}",
    "pod: {env: [{name: A, value: b, valueFrom: {secretKeyRef: {name: a, key: b}}}]}",
    "resources: {cpu: 4}",
    "resources: {cpu: '0.0'}",
    "resources: {memory: 1e3}",
    "backbone: {weights: none, sha256: " + "a" * 64 + "}",
    "training: {featureCache: {views: 4}}",
    "training: {augmentation: {mixUp: 0.2}, featureCache: {views: 4}}",
    "training: {augmentation: {flip: Both}, featureCache: {views: 101}}",
    "backbone: {name: MobileNet, arguments: {}}",
    "backbone: {name: MobileNet, arguments: {alpha: null}}",
    "backbone: {name: MobileNet, arguments: {alpha: 1.4}}",
    "backbone: {name: MobileNetV3Small, weights: none, arguments: {minimalistic: false, alpha: 0.75}}",
    "backbone: {name: ResNet50, variant: plain}",
    "backbone: {name: EfficientNetB7, variant: plain, weights: imagenet}",
    "{backbone: {name: ResNet50, arguments: {minimalistic: true}}, freeze: {layers: 170}}",
    "training: {epochs: 0}",
    "training: {epochs: 2147483647}",
    "training: {batchSize: 2147483648}",
    "training: {seed: 2147483647}",
    "backbone: {name: resnet50}",
    "dataset: {format: imagefolder}",
    "dataset: {uri: ''}",
    "dataset: {classes: []}",
    "dataset: {classes: ['', a]}",
    "dataset: {classes: [épine, 薔薇, 'ف']}",
    "dataset: {classes: [a, " + "b" * 10_000 + "]}",
    "freeze: {layers: null, upTo: ''}",
    "freeze: {layers: null, upTo: " + "a" * 10_000 + "}",
    "head: {layers: []}",
    "pod: {nodeSelector: {}}",
    "pod: {image: ''}",
    "pod: {env: [{name: A, value: a}, {name: A, value: b}]}",
    "pod: {tolerations: []}",
    "resources: {cpu: 1m}",
    "resources: {cpu: 1e3}",
    "resources: {memory: 0.5Gi}",
    "resources: {memory: '0'}",
    "resources: {memory: -1Gi}",
    "output: {formats: []}",
    "output: {formats: [keras]}",
)


def _agree(create: Create, document: dict[str, Any]) -> None:
    ours = ""
    try:
        parse_transfer_job(document)
    except InvalidTransferJob as error:
        ours = str(error)
    theirs = ""
    try:
        create(document)
    except ApiError as error:
        theirs = str(error)
    assert bool(ours) == bool(theirs), f"ours: {ours or 'accepted'}; theirs: {theirs or 'accepted'}"


@pytest.mark.checklist(38, 40)
@pytest.mark.parametrize("uri", ODD_URIS)
def test_on_uris(uri: str, create: Create) -> None:
    document = manifest()
    document["spec"]["dataset"]["uri"] = uri
    _agree(create, document)


@pytest.mark.checklist(38)
@pytest.mark.parametrize("change", ODD_VALUES)
def test_on_values(change: str, create: Create) -> None:
    _agree(create, manifest(change))


def test_a_whole_number_with_a_point_is_stored_as_a_whole_number(create: Create) -> None:
    assert parse_transfer_job(create(manifest("training: {epochs: 3.0}"))).spec.training.epochs == 3


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(SCHEMA, RULED))
def test_on_whatever_the_schema_allows(create: Create, spec: dict[str, Any]) -> None:
    document = {**manifest(), "metadata": {"generateName": "random-", "name": None}, "spec": spec}
    del document["metadata"]["name"]
    job = parse_transfer_job({**manifest(), "spec": spec})
    assert parse_transfer_job(create(document)).spec == job.spec

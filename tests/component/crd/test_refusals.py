from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.component.crd.conftest import Create
from tests.unit.operator.api.manifests import WRONG, Wrong, manifest
from transferjob_operator.api.transfer_job import parse_transfer_job

RIGHT = (
    "freeze: {layers: 0}",
    "freeze: {layers: 175}",
    "freeze: {layers: null, upTo: conv4_block2_out}",
    "freeze: {layers: null, fraction: 0.5}",
    "freeze: {layers: null, all: true}",
    "freeze: {layers: null, none: true}",
    "{backbone: {name: EfficientNetB0}, freeze: {layers: 238}}",
    "{backbone: {name: EfficientNetB0, weights: none}, freeze: {layers: 237}}",
    "{backbone: {name: Xception}, input: {height: 71, width: 71}}",
    "backbone: {weights: none}",
    "backbone: {weights: 's3://bucket/a.weights.h5', sha256: " + "a" * 64 + "}",
    "backbone: {weightsFrom: {jobRef: {name: pretrain}}}",
    "backbone: {weightsFrom: {jobRef: {name: pretrain}, include: Model}}",
    "{backbone: {name: MobileNet, arguments: {alpha: 1}}, freeze: {layers: 86}}",
    "backbone: {name: MobileNetV2, arguments: {alpha: 0.35}}",
    "{backbone: {name: MobileNetV3Large, arguments: {minimalistic: true}}, freeze: {layers: 139}}",
    "{backbone: {name: MobileNetV3Large, arguments: {minimalistic: false, alpha: 0.75}}, freeze: {layers: 187}}",
    "backbone: {name: MobileNetV3Small, weights: none, arguments: {minimalistic: true, alpha: 0.75}, variant: plain}",
    "backbone: {name: EfficientNetV2B0, arguments: {dropConnectRate: 0}, variant: plain}",
    "backbone: {name: EfficientNetB0, weights: 's3://b/a.keras', variant: imagenet}",
    "backbone: {name: EfficientNetB0, weightsFrom: {jobRef: {name: pretrain}}, variant: plain}",
    "input: {height: 32, width: 2048, resize: {mode: Pad}}",
    "head: {layers: [{dense: {units: 128, activation: gelu}}, {dropout: {rate: 0}}], classes: 2}",
    "dataset: {uri: 'sklearn://digits'}",
    "dataset: {uri: 's3://bucket/a..b/...c/', secretRef: {name: s3-credentials}}",
    "dataset: {classes: [rose, daisy], format: ImageArchive, validation: {fraction: 0.5}}",
    "dataset: {uri: 's3://b/x.csv', format: CSV, fields: {image: path, label: kind}, validation: {groupBy: patient}}",
    "dataset: {validation: {uri: 's3://b/v'}, test: {fraction: 0.95}}",
    "dataset: {validation: {fraction: 0.95}, test: {uri: 's3://b/t'}}",
    "training: {epochs: 1, batchSize: 1, optimizer: {name: Lion, learningRate: 10}, batchNormalization: Train}",
    "training: {phases: [], precision: Float32}",
    "training: {augmentation: {flip: Both}, featureCache: {views: 4}}",
    "output: {formats: [SavedModel]}",
    "resources: {gpus: 0, cpu: 500m, memory: 512Mi, gpuResource: amd.com/gpu}",
    "run: {suspend: true, retries: 0, terminationGracePeriodSeconds: 1}",
    "pod: {env: [{name: A, value: ''}, {name: B, valueFrom: {secretKeyRef: {name: a, key: b}}}]}",
    "pod: {volumes: [{name: a, mountPath: /a/.b, secret: {secretName: a.b, optional: true}, readOnly: true}]}",
    "pod: {volumes: [{name: claim-a, mountPath: /mnt2, persistentVolumeClaim: {claimName: a}}]}",
    "pod: {volumes: [{name: a, mountPath: /temp, emptyDir: {medium: Memory, sizeLimit: 1Gi}}]}",
    "pod: {affinity: {nodeAffinity: {}}, tolerations: [{operator: Exists}], nodeSelector: {a.b/c: d}}",
)


@pytest.mark.checklist(38, 39, 40)
@pytest.mark.parametrize("wrong", WRONG, ids=[wrong.change for wrong in WRONG])
def test_a_wrong_manifest_is_refused_by_field_and_limit(wrong: Wrong, refused: Callable[..., str]) -> None:
    sentence = refused(manifest(wrong.change))
    assert wrong.field in sentence
    assert wrong.server in sentence


@pytest.mark.parametrize("change", RIGHT)
def test_what_the_api_server_accepts_is_accepted_here_too(change: str, create: Create) -> None:
    job = parse_transfer_job(create(manifest(change)))
    assert job.spec == parse_transfer_job(manifest(change)).spec


def test_the_smallest_manifest_gets_the_defaults_of_the_models(create: Create) -> None:
    spec = create(manifest())["spec"]
    assert spec["training"]["optimizer"] == {"name": "Adam", "weightDecay": 0}
    # A profile has a say in the rest of these two: the operator fills it in.
    assert (spec["run"], spec["resources"]) == ({"suspend": False}, {})
    ours = parse_transfer_job(manifest()).spec.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert spec == _without_empty_lists({**ours, "run": {"suspend": False}, "resources": {}})


def _without_empty_lists(value: Any) -> Any:
    """Defaults that are empty lists are left out of the schema."""
    if isinstance(value, dict):
        return {key: _without_empty_lists(child) for key, child in value.items() if child != []}
    return value

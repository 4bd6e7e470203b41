"""Manifests that are refused, with what both the API server and this program have to say: one table for both."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import yaml

SMALLEST = """
apiVersion: transferjob.dev/v1alpha1
kind: TransferJob
metadata: {name: flowers}
spec:
  backbone: {name: ResNet50}
  freeze: {layers: 100}
  dataset: {uri: "pvc://data/flowers"}
  output: {uri: "pvc://models/flowers"}
"""


@dataclass(frozen=True)
class Wrong:
    """One change of the smallest manifest that makes it wrong."""

    change: str
    """YAML that is laid over the spec: objects are merged, null removes."""
    field: str
    """Field that the refusal names."""
    server: str
    """Words in the API server's sentence."""
    program: str = ""
    """Words in ours, where they differ."""

    @property
    def words(self) -> str:
        """Words in our sentence."""
        return self.program or self.server


def manifest(change: str = "", *, name: str = "flowers") -> dict[str, Any]:
    """The smallest manifest with a change of its spec."""
    document: dict[str, Any] = yaml.safe_load(SMALLEST)
    document["metadata"]["name"] = name
    document["spec"] = overlaid(document["spec"], yaml.safe_load(change) or {})
    return document


def overlaid(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """`base` with `change` merged into it; null removes."""
    merged = copy.deepcopy(base)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = overlaid(merged[key], value)
        else:
            merged[key] = value
    return merged


def _least(change: str, field: str, limit: str) -> Wrong:
    return Wrong(change, field, f"greater than or equal to {limit}", f"at least {limit}")


def _most(change: str, field: str, limit: str) -> Wrong:
    return Wrong(change, field, f"less than or equal to {limit}", f"at most {limit}")


def _unknown(change: str, field: str) -> Wrong:
    return Wrong(change, field, f'unknown field "{field}"', "unknown field")


def _volume(kind: str, name: str = "a", path: str = "/a") -> str:
    return f"pod: {{volumes: [{{name: {name}, mountPath: {path}, {kind}}}]}}"


A = "{name: a, mountPath: /a, emptyDir: {}}"
WRONG: tuple[Wrong, ...] = (
    # Backbone
    Wrong("backbone: {name: ResNet51}", "spec.backbone.name", 'Unsupported value: "ResNet51"', "ResNet51"),
    Wrong("backbone: {name: null}", "spec.backbone.name", "Required", "required"),
    Wrong("backbone: null", "spec.backbone", "Required", "required"),
    Wrong("backbone: {weights: best}", "spec.backbone.weights", "imagenet", "must start with one of s3://"),
    Wrong("backbone: {weights: 's3://bucket/weights.bin'}", "spec.backbone.weights", ".weights.h5"),
    Wrong(
        "backbone: {weights: none, weightsFrom: {jobRef: {name: a}}}",
        "spec.backbone",
        "weights and weightsFrom exclude",
    ),
    Wrong(f"backbone: {{sha256: {'a' * 64}}}", "spec.backbone", "sha256 needs weights"),
    Wrong("backbone: {weights: 's3://b/a.keras', sha256: abc}", "spec.backbone.sha256", "64"),
    Wrong(
        "backbone: {weightsFrom: {jobRef: {name: No_Name}}}",
        "spec.backbone.weightsFrom.jobRef.name",
        "match",
        "lower-case letters",
    ),
    Wrong(
        "backbone: {arguments: {alpha: 0.5}}",
        "spec.backbone",
        "alpha must be one that the backbone has",
        "arguments.alpha is no argument of ResNet50; it has none",
    ),
    Wrong(
        "backbone: {name: MobileNetV2, arguments: {alpha: 0.6}}",
        "spec.backbone",
        "MobileNetV2 0.35, 0.5, 0.75, 1, ",
        "arguments.alpha of MobileNetV2 must be one of 0.35, 0.5, 0.75, 1, 1.3, 1.4, got 0.6",
    ),
    Wrong(
        "backbone: {name: MobileNetV2, arguments: {alpha: 2}}",
        "spec.backbone",
        "MobileNetV2 0.35, 0.5, 0.75, 1, 1.3, 1.4",
        "arguments.alpha of MobileNetV2 must be one of 0.35, 0.5, 0.75, 1, 1.3, 1.4, got 2",
    ),
    Wrong(
        "backbone: {name: MobileNetV2, arguments: {minimalistic: true}}",
        "spec.backbone",
        "minimalistic is an argument of MobileNetV3Small and MobileNetV3Large alone",
        "arguments.minimalistic is no argument of MobileNetV2; it has alpha",
    ),
    Wrong(
        "backbone: {name: MobileNet, arguments: {dropConnectRate: 0.1}}",
        "spec.backbone",
        "dropConnectRate is an argument of EfficientNets alone",
        "no argument of MobileNet; it has alpha",
    ),
    Wrong(
        "backbone: {name: EfficientNetB0, arguments: {dropConnectRate: 1}}",
        "spec.backbone.arguments.dropConnectRate",
        "less than 1",
    ),
    _least(
        "backbone: {name: EfficientNetB0, arguments: {dropConnectRate: -0.1}}",
        "spec.backbone.arguments.dropConnectRate",
        "0",
    ),
    Wrong(
        "backbone: {name: MobileNetV2, arguments: {alhpa: 1}}",
        "spec.backbone.arguments",
        'unknown field "spec.backbone.arguments.alhpa"',
        "has no argument 'alhpa'; near it is alpha",
    ),
    Wrong(
        "backbone: {name: MobileNetV3Small, arguments: {minimalistic: true, alpha: 0.75}}",
        "spec.backbone",
        "minimalistic with alpha 0.75 has no ImageNet weights",
    ),
    Wrong("backbone: {name: EfficientNetB0, variant: plain}", "spec.backbone", "exclude each other"),
    # Freeze
    Wrong("freeze: {layers: 176}", "spec.freeze.layers", "must be at most 175, the number of layers of ResNet50"),
    Wrong("{backbone: {name: VGG16}, freeze: {layers: 20}}", "spec.freeze.layers", "must be at most 19"),
    Wrong("{backbone: {name: EfficientNetB0}, freeze: {layers: 239}}", "spec.freeze.layers", "at most 238"),
    Wrong(
        "{backbone: {name: EfficientNetB0, weights: none}, freeze: {layers: 238}}", "spec.freeze.layers", "at most 237"
    ),
    Wrong(
        "{backbone: {name: MobileNetV3Small, arguments: {minimalistic: true}}, freeze: {layers: 104}}",
        "spec.freeze.layers",
        "must be at most 103, the number of layers of MobileNetV3Small minimalistic",
    ),
    Wrong("freeze: {layers: 2000}", "spec.freeze.layers", "less than or equal to 1039", "at most 1039"),
    _least("freeze: {layers: -1}", "spec.freeze.layers", "0"),
    Wrong("freeze: {layers: 1.5}", "spec.freeze.layers", "integer", "whole number, got 1.5"),
    Wrong("freeze: {layers: '100'}", "spec.freeze.layers", "integer", 'whole number, got "100"'),
    Wrong("freeze: {all: true}", "spec.freeze", "exactly one of layers, upTo"),
    Wrong("freeze: {layers: null}", "spec.freeze", "exactly one of layers, upTo"),
    Wrong("freeze: null", "spec.freeze", "Required", "required"),
    Wrong("freeze: {layers: null, all: false}", "spec.freeze.all", "true", "True"),
    _most("freeze: {layers: null, fraction: 1.1}", "spec.freeze.fraction", "1"),
    Wrong("freeze: {layers: null, upTo: 'a b'}", "spec.freeze.upTo", "match"),
    # Input
    _least("input: {height: 16, width: 64}", "spec.input.height", "32"),
    _most("input: {height: 64, width: 4096}", "spec.input.width", "2048"),
    Wrong("input: {height: 64}", "spec.input", "height and width must be given together"),
    Wrong(
        "{backbone: {name: Xception}, input: {height: 70, width: 80}}",
        "spec.input.height",
        "must be at least 71, the smallest side that Xception accepts",
    ),
    Wrong("{backbone: {name: InceptionV3}, input: {height: 80, width: 74}}", "spec.input.width", "must be at least 75"),
    # Head
    Wrong("head: {layers: [{}]}", "spec.head.layers[0]", "exactly one of dense, dropout"),
    Wrong("head: {layers: [{dense: {units: 8}, dropout: {rate: 0.1}}]}", "spec.head.layers[0]", "exactly one of dense"),
    _least("head: {layers: [{dense: {units: 0}}]}", "spec.head.layers[0].dense.units", "1"),
    Wrong("head: {layers: [{dropout: {rate: 1}}]}", "spec.head.layers[0].dropout.rate", "less than 1"),
    Wrong(
        "head: {layers: [{dense: {units: 8, activation: swoosh}}]}", "spec.head.layers[0].dense.activation", "swoosh"
    ),
    Wrong("head: {pooling: Sum}", "spec.head.pooling", "Sum"),
    _least("head: {classes: 1}", "spec.head.classes", "2"),
    # Training
    _least("training: {epochs: 0}", "spec.training.epochs", "1"),
    _least("training: {batchSize: 0}", "spec.training.batchSize", "1"),
    Wrong(
        "training: {optimizer: {learningRate: 0}}",
        "spec.training.optimizer.learningRate",
        "greater than 0",
        "more than 0",
    ),
    _most("training: {optimizer: {learningRate: 11}}", "spec.training.optimizer.learningRate", "10"),
    _least("training: {optimizer: {learningRate: 0.1, weightDecay: -0.1}}", "spec.training.optimizer.weightDecay", "0"),
    Wrong("training: {optimizer: {name: Adamax}}", "spec.training.optimizer.name", "Adamax"),
    _least("training: {seed: -1}", "spec.training.seed", "0"),
    Wrong("training: {epochs: ten}", "spec.training.epochs", "integer", "whole number"),
    # Dataset
    Wrong("dataset: {uri: /data/flowers}", "spec.dataset.uri", "must start with one of s3://"),
    Wrong("dataset: {uri: 'ftp://host/flowers'}", "spec.dataset.uri", "must start with one of s3://"),
    Wrong("dataset: {uri: 'file:///data'}", "spec.dataset.uri", "file:// means this machine"),
    Wrong("dataset: {uri: 'https://me:secret@host/a.zip'}", "spec.dataset.uri", "credentials"),
    Wrong("dataset: {uri: 's3://bucket/../other'}", "spec.dataset.uri", "'..'"),
    Wrong("dataset: {uri: 's3://bucket/%2e%2E/other'}", "spec.dataset.uri", "'..'"),
    Wrong("dataset: {uri: 's3:///flowers'}", "spec.dataset.uri", "must name a bucket"),
    Wrong("dataset: {uri: 'pvc://Data/flowers'}", "spec.dataset.uri", "pvc://claim/path"),
    Wrong("dataset: {uri: 's3://bucket/a?versionId=1'}", "spec.dataset.uri", "must not contain"),
    Wrong("dataset: {uri: 's3://bucket/a b'}", "spec.dataset.uri", "must not contain"),
    Wrong(f"dataset: {{uri: 's3://bucket/{'a' * 1024}'}}", "spec.dataset.uri", "1024"),
    Wrong("dataset: {format: Parquet}", "spec.dataset.format", "Parquet"),
    Wrong("dataset: {classes: [a]}", "spec.dataset.classes", "at least 2"),
    Wrong("dataset: {validation: {fraction: 1}}", "spec.dataset.validation.fraction", "less than 1"),
    Wrong("dataset: {validation: {fraction: 0.6}, test: {fraction: 0.4}}", "spec.dataset", "sum up to less than 1"),
    Wrong("dataset: {test: {fraction: 0.8}}", "spec.dataset", "sum up to less than 1"),
    # Output
    Wrong("output: {uri: 'https://host/models'}", "spec.output.uri", "must start with one of s3://"),
    Wrong("output: {uri: 'file:///models'}", "spec.output.uri", "file:// means this machine"),
    Wrong("output: {uri: 's3://key:secret@bucket/models'}", "spec.output.uri", "credentials"),
    Wrong("output: null", "spec.output", "Required", "required"),
    Wrong("output: {formats: [Pickle]}", "spec.output.formats[0]", "Pickle"),
    Wrong("output: {formats: [Keras, Keras]}", "spec.output", "must not repeat"),
    # Resources, run, pod
    Wrong("resources: {memory: lots}", "spec.resources.memory", "match"),
    Wrong("resources: {cpu: '0'}", "spec.resources.cpu", "must be more than 0"),
    _least("resources: {gpus: -1}", "spec.resources.gpus", "0"),
    _most("run: {retries: 21}", "spec.run.retries", "20"),
    Wrong("run: {suspend: maybe}", "spec.run.suspend", "boolean", "true or false"),
    Wrong("pod: {image: ' bad'}", "spec.pod.image", "match"),
    Wrong("pod: {env: [{name: 'A-B', value: c}]}", "spec.pod.env[0].name", "match"),
    Wrong("pod: {env: [{name: A, valueFrom: {}}]}", "spec.pod.env[0].valueFrom", "exactly one of secretKeyRef"),
    _unknown(_volume("hostPath: {path: /}"), "spec.pod.volumes[0].hostPath"),
    _unknown(_volume("nfs: {server: a, path: /}"), "spec.pod.volumes[0].nfs"),
    _unknown(_volume("emptyDir: {}, projected: {sources: []}"), "spec.pod.volumes[0].projected"),
    Wrong(_volume(""), "spec.pod.volumes[0]", "exactly one of persistentVolumeClaim, configMap, secret, emptyDir"),
    Wrong(_volume("emptyDir: {}, secret: {secretName: a}"), "spec.pod.volumes[0]", "exactly one of"),
    Wrong(_volume("emptyDir: {}", name="claim-0"), "spec.pod.volumes[0].name", "are names of the operator's"),
    Wrong(_volume("emptyDir: {}", name="scratch"), "spec.pod.volumes[0].name", "are names of the operator's"),
    *(
        Wrong(_volume("emptyDir: {}", path=path), "spec.pod.volumes[0].mountPath", "neither in nor above /etc/transf")
        for path in ("/etc", "/etc/transferjob", "/tmp/a", "/mnt", "/mnt/claims/data", "/dev/shm", "/proc")
    ),
    *(
        Wrong(_volume("emptyDir: {}", path=path), "spec.pod.volumes[0].mountPath", "match")
        for path in ("//", "/a/../etc", "relative", "/a/", "/a b")
    ),
    Wrong(f"pod: {{volumes: [{A}, {A}]}}", "spec.pod.volumes", "must not repeat a name"),
    Wrong(
        f"pod: {{volumes: [{A}, {A.replace('name: a', 'name: b')}]}}", "spec.pod.volumes", "must not repeat a mountP"
    ),
    # Not supported yet
    _most("workers: 65", "spec.workers", "64"),
    Wrong("advise: maybe", "spec.advise", "must be of type boolean", "must be true or false"),
    Wrong("freeze: {layers: null, blocks: 17}", "spec.freeze.blocks", "must be at most 16, the number of blocks of"),
    Wrong("freeze: {layers: null, stages: 5}", "spec.freeze.stages", "must be at most 4, the number of stages of"),
    Wrong("freeze: {auto: {}}", "spec.freeze", "exactly one of"),
    Wrong(
        "training: {phases: [{name: a, epochs: 1, freeze: {auto: {}}}]}",
        "spec.training.phases[0].freeze",
        "auto is for spec.freeze alone",
    ),
    Wrong(
        "dataset: {validation: {uri: 's3://bucket/v', groupBy: patient}}",
        "spec.dataset.validation",
        "groupBy and uri exclude each other",
    ),
    _least("training: {phases: [{name: a, epochs: 0}]}", "spec.training.phases[0].epochs", "1"),
    Wrong("training: {layerwiseLearningRate: {}}", "spec.training.layerwiseLearningRate", "exactly one of decay"),
    Wrong(
        "training: {featureCache: {views: 4}}", "spec.training", "featureCache.views needs augmentation without mixUp"
    ),
    Wrong("training: {classWeights: {}}", "spec.training.classWeights", "exactly one of balanced"),
    Wrong("profile: A100", "spec.profile", "match", "lower-case letters"),
    # Unknown fields
    _unknown("learningRate: 0.1", "spec.learningRate"),
    _unknown("freeze: {layres: 3}", "spec.freeze.layres"),
    _unknown("head: {layers: [{dense: {units: 8, unit: 8}}]}", "spec.head.layers[0].dense.unit"),
)

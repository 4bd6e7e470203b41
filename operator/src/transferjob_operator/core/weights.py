"""weightsFrom: the weights of another TransferJob, once it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from transferjob_trainer.contract import BackboneSpec, ModelReport, Variant, WeightsFrom
from transferjob_trainer.contract.result import ArtifactFormat
from transferjob_trainer.contract.run_file import HeadFrom

from .observed import WeightsSource

FORMATS: dict[str, tuple[ArtifactFormat, ...]] = {"Backbone": ("BackboneWeights",), "Model": ("Keras", "Labels")}
"""Artifacts that weightsFrom reads, by what it includes: first the weights, then the names of the head's classes."""


@dataclass(frozen=True, slots=True)
class ResolvedWeights:
    """The file that stands in for weightsFrom."""

    uri: str
    sha256: str
    variant: Variant
    head: HeadFrom | None = None
    """Where the head is taken too: then the file is the whole model."""


@dataclass(frozen=True, slots=True)
class WeightsPending:
    """The other job is not there or not done yet."""

    message: str


@dataclass(frozen=True, slots=True)
class WeightsFailed:
    """The other job will never give weights."""

    message: str


@dataclass(frozen=True, slots=True)
class Written:
    """An artifact of the other job."""

    uri: str
    sha256: str


def resolve_weights(
    backbone: BackboneSpec, wanted: WeightsFrom, source: WeightsSource | None
) -> ResolvedWeights | WeightsPending | WeightsFailed:
    """The weights in the other job's result for this backbone, or why there are none."""
    name = wanted.job_ref.name
    if source is None or not source.exists:
        return WeightsPending(f"waiting for TransferJob {name}, which does not exist")
    status = source.status
    if status is None or status.phase not in ("Succeeded", "Failed"):
        return WeightsPending(f"waiting for TransferJob {name} to finish")
    if status.phase == "Failed":
        return WeightsFailed(f"TransferJob {name}, which backbone.weightsFrom names, has failed")
    found = (status.result.artifacts if status.result else None) or ()
    written = {artifact.format: Written(artifact.uri, artifact.sha256) for artifact in found}
    return weights_of(backbone, wanted, written, status.model)


def weights_of(
    backbone: BackboneSpec, wanted: WeightsFrom, written: Mapping[ArtifactFormat, Written], model: ModelReport | None
) -> ResolvedWeights | WeightsFailed:
    """What weightsFrom stands for, from the other job's artifacts by format and the report of its model."""
    name = wanted.job_ref.name
    missing = [form for form in FORMATS[wanted.include] if form not in written]
    if missing or model is None:
        absent = " and no ".join(missing) or "report of its model"
        return WeightsFailed(f"TransferJob {name}, which backbone.weightsFrom names, has no {absent} in its result")
    other = _other_graph(backbone, model)
    if other:
        return WeightsFailed(f"TransferJob {name}, which backbone.weightsFrom names, has trained {other}")
    weights, *labels = (written[form] for form in FORMATS[wanted.include])
    head = HeadFrom(job=name, labels=labels[0].uri, sha256=labels[0].sha256) if labels else None
    return ResolvedWeights(weights.uri, weights.sha256, model.variant, head)


def _other_graph(backbone: BackboneSpec, model: ModelReport) -> str | None:
    """The graph that the other job has trained, and this one's, where they differ; results of old may not tell."""
    if model.backbone not in (None, backbone.graph):
        return f"{model.backbone}; this job's backbone is {backbone.graph}"
    if backbone.has_variants and backbone.variant not in (None, model.variant):
        return f"the variant {model.variant}; backbone.variant is {backbone.variant}"
    return None


def with_weights(backbone: BackboneSpec, weights: ResolvedWeights | None) -> BackboneSpec:
    """The backbone with weightsFrom replaced by the file that it stands for."""
    if weights is None:
        return backbone
    return BackboneSpec(
        name=backbone.name,
        weights=weights.uri,
        sha256=weights.sha256,
        variant=weights.variant,
        arguments=backbone.arguments,
    )

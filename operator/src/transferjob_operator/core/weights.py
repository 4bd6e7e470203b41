"""weightsFrom: the weights of another TransferJob, once it has them."""

from __future__ import annotations

from dataclasses import dataclass

from transferjob_trainer.contract import BackboneSpec, Variant, WeightsFrom

from .observed import WeightsSource

ARTIFACT_FORMAT = "BackboneWeights"


@dataclass(frozen=True, slots=True)
class ResolvedWeights:
    """The file that stands in for weightsFrom."""

    uri: str
    sha256: str
    variant: Variant


@dataclass(frozen=True, slots=True)
class WeightsPending:
    """The other job is not there or not done yet."""

    message: str


@dataclass(frozen=True, slots=True)
class WeightsFailed:
    """The other job will never give weights."""

    message: str


def resolve_weights(
    wanted: WeightsFrom, source: WeightsSource | None
) -> ResolvedWeights | WeightsPending | WeightsFailed:
    """The artifact of format BackboneWeights in the other job's result, or why there is none."""
    name = wanted.job_ref.name
    if source is None or not source.exists:
        return WeightsPending(f"waiting for TransferJob {name}, which does not exist")
    status = source.status
    if status is None or status.phase not in ("Succeeded", "Failed"):
        return WeightsPending(f"waiting for TransferJob {name} to finish")
    if status.phase == "Failed":
        return WeightsFailed(f"TransferJob {name}, which backbone.weightsFrom names, has failed")
    artifacts = status.result.artifacts if status.result else ()
    artifact = next((artifact for artifact in artifacts or () if artifact.format == ARTIFACT_FORMAT), None)
    if artifact is None or status.model is None:
        return WeightsFailed(
            f"TransferJob {name}, which backbone.weightsFrom names, has no {ARTIFACT_FORMAT} in its result"
        )
    return ResolvedWeights(uri=artifact.uri, sha256=artifact.sha256, variant=status.model.variant)


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

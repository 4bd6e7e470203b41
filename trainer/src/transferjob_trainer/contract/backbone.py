"""The backbone of a job: builder, weights and where they come from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from .backbone_table import BACKBONES, BackboneFacts, Variant
from .base import DnsSubdomain, Document, Sha256
from .uri import MAX_URI_LENGTH, WEIGHTS_SCHEMES, parse_uri

NAMED_WEIGHTS = ("imagenet", "none")


def _known_backbone(name: str) -> str:
    if name not in BACKBONES:
        raise ValueError(f"must be one of the {len(BACKBONES)} keras.applications builders, got {name!r}")
    return name


def _known_weights(text: str) -> str:
    if text not in NAMED_WEIGHTS:
        parse_uri(text, WEIGHTS_SCHEMES)
        if not text.endswith((".keras", ".weights.h5")):
            raise ValueError("must be 'imagenet', 'none' or the URI of a .keras or .weights.h5 file")
    return text


BackboneName = Annotated[
    str,
    StringConstraints(max_length=32),
    AfterValidator(_known_backbone),
    Field(json_schema_extra={"enum": list(BACKBONES)}),
]
Weights = Annotated[str, StringConstraints(min_length=4, max_length=MAX_URI_LENGTH), AfterValidator(_known_weights)]


class JobRef(Document):
    """A TransferJob in the same namespace."""

    name: DnsSubdomain
    """Name of a TransferJob that has finished or will; this job waits for it."""


class WeightsFrom(Document):
    """Weights of another TransferJob in this namespace."""

    job_ref: JobRef
    """The job whose model is taken."""
    include: Literal["Backbone", "Model"] = "Backbone"
    """Backbone: its layers alone, with a new head. Model: the head too."""


class BackboneSpec(Document):
    """The trained network whose shallow layers are kept. Always built without its own classifier
    (include_top=False)."""

    name: BackboneName
    """A builder of keras.applications, e.g. ResNet50 (175 layers) or MobileNetV2 (154)."""
    weights: Weights | None = None
    """imagenet (the default), none (random), or the URI of a .keras or .weights.h5 file, for places without the
    Internet."""
    sha256: Sha256 | None = None
    """Digest that the weights file must have."""
    variant: Variant | None = None
    """Graph that a weights file belongs to: EfficientNet V1 has one layer more with Keras' own ImageNet weights
    (imagenet) than without (plain, the default)."""
    weights_from: WeightsFrom | None = None
    """Takes the weights of a finished TransferJob. Excludes weights."""
    arguments: dict[str, Any] | None = Field(default=None, max_length=8)
    """Arguments of the builder, such as MobileNet's alpha."""

    @model_validator(mode="after")
    def _one_source(self) -> BackboneSpec:
        if self.weights is not None and self.weights_from is not None:
            raise ValueError("weights and weightsFrom exclude each other")
        if self.sha256 and self.weights in (None, *NAMED_WEIGHTS):
            raise ValueError("sha256 needs weights to be the URI of a file")
        return self

    @property
    def facts(self) -> BackboneFacts:
        """The row of the builder in the table of backbones."""
        return BACKBONES[self.name]

    @property
    def resolved_weights(self) -> str:
        """weights with its default."""
        return self.weights or "imagenet"

    @property
    def resolved_variant(self) -> Variant:
        """The graph that is built; plain for every family in which both variants have the same graph."""
        if self.facts.imagenet_depth == self.facts.plain_depth:
            return "plain"
        return self.variant or (
            "imagenet" if self.resolved_weights == "imagenet" and not self.weights_from else "plain"
        )

    @property
    def depth(self) -> int:
        """Number of layers of the graph that is built."""
        return self.facts.depth(self.resolved_variant)

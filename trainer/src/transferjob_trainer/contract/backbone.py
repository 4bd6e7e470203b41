"""The backbone of a job: builder, weights and where they come from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from .arguments import (
    MINIMALISTIC_DEPTHS,
    BackboneArguments,
    graph_name,
    has_imagenet_weights,
    wrong_argument,
)
from .backbone_table import BACKBONES, BackboneFacts, Variant
from .base import DnsSubdomain, Document, Sha256
from .near import near_hint
from .uri import MAX_URI_LENGTH, WEIGHTS_SCHEMES, parse_uri

NAMED_WEIGHTS = ("imagenet", "none")
NO_IMAGENET_WEIGHTS = "minimalistic with alpha 0.75 has no ImageNet weights; weights must be none or a URI"
NO_PLAIN_IMAGENET = "variant plain and weights imagenet exclude each other: those of EfficientNet V1 are of imagenet"


def _known_backbone(name: str) -> str:
    if name not in BACKBONES:
        raise ValueError(
            f"must be one of the {len(BACKBONES)} keras.applications builders, got {name!r}{near_hint(name, BACKBONES)}"
        )
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
    arguments: BackboneArguments | None = None
    """Arguments of the builder."""

    @model_validator(mode="after")
    def _one_source(self) -> BackboneSpec:
        if self.weights is not None and self.weights_from is not None:
            raise ValueError("weights and weightsFrom exclude each other")
        if self.sha256 and self.weights in (None, *NAMED_WEIGHTS):
            raise ValueError("sha256 needs weights to be the URI of a file")
        return self

    @model_validator(mode="after")
    def _arguments_of_the_builder(self) -> BackboneSpec:
        wrong = wrong_argument(self.name, self.arguments) if self.arguments else None
        if wrong:
            raise ValueError(wrong)
        if self._takes_imagenet and not has_imagenet_weights(self.arguments):
            raise ValueError(NO_IMAGENET_WEIGHTS)
        return self

    @model_validator(mode="after")
    def _variant_of_the_weights(self) -> BackboneSpec:
        if self._takes_imagenet and self.variant == "plain" and self.has_variants:
            raise ValueError(NO_PLAIN_IMAGENET)
        return self

    @property
    def _takes_imagenet(self) -> bool:
        return self.weights_from is None and self.resolved_weights == "imagenet"

    @property
    def graph(self) -> str:
        """Builder and the arguments that shape its graph; the key of the tables, and fit for sentences."""
        return graph_name(self.name, self.arguments)

    @property
    def has_variants(self) -> bool:
        """Whether the graph with Keras' ImageNet weights is another one: of EfficientNet V1 alone."""
        return self.facts.imagenet_depth != self.facts.plain_depth

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
        if not self.has_variants:
            return "plain"
        return self.variant or (
            "imagenet" if self.resolved_weights == "imagenet" and not self.weights_from else "plain"
        )

    @property
    def depth(self) -> int:
        """Number of layers of the graph that is built."""
        if self.arguments and self.arguments.minimalistic:
            return MINIMALISTIC_DEPTHS[self.name]
        return self.facts.depth(self.resolved_variant)

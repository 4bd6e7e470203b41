"""How much of the backbone is frozen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Document, LayerName

FREEZE_FORMS = ("layers", "up_to", "blocks", "stages", "fraction", "all", "none", "auto")


class AutoFreeze(Document):
    """The freeze count is chosen from the data; the choice and its reasons go to status.advice."""


class FreezeSpec(Document):
    """Exactly one way to say how many layers, counted from the input, are not trained and run in inference mode.

    Counted on the backbone alone: the head can never be frozen.
    """

    layers: Annotated[int, Field(ge=0, le=1039)] | None = None
    """Freeze count N: backbone.layers[:N], InputLayer included. At most the backbone's depth (ResNet50: 175)."""
    up_to: LayerName | None = None
    """Freezes through the layer of this name, e.g. conv4_block2_out."""
    blocks: Annotated[int, Field(ge=0, le=200)] | None = None
    """Freezes the stem and the first blocks of the family (ResNet50 has 16)."""
    stages: Annotated[int, Field(ge=0, le=20)] | None = None
    """Freezes the stem and the first stages, groups of blocks at one resolution (ResNet50 has 4)."""
    fraction: Annotated[float, Field(ge=0, le=1)] | None = None
    """Freezes this share of the layers, rounded down."""
    all: Literal[True] | None = None
    """Freezes the whole backbone; only the head learns."""
    none: Literal[True] | None = None
    """Freezes nothing; everything learns."""
    auto: AutoFreeze | None = None
    """Lets the trainer choose from the data."""

    @model_validator(mode="after")
    def _exactly_one(self) -> FreezeSpec:
        given = [form for form in FREEZE_FORMS if getattr(self, form) is not None]
        if len(given) != 1:
            raise ValueError(
                "exactly one of layers, upTo, blocks, stages, fraction, all, none, auto must be given, "
                f"got {len(given)}"
            )
        return self

    @property
    def form(self) -> str:
        """Name of the form that is given."""
        return next(form for form in FREEZE_FORMS if getattr(self, form) is not None)

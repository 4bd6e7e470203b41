"""The new layers on top of the backbone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Document


class DenseLayer(Document):
    """A fully connected layer."""

    units: Annotated[int, Field(ge=1, le=65536)]
    """Number of outputs."""
    activation: Literal["relu", "gelu", "silu", "tanh", "elu", "sigmoid", "linear"] = "relu"
    """Activation by its Keras name."""


class DropoutLayer(Document):
    """Dropout, active in training only."""

    rate: Annotated[float, Field(ge=0, lt=1)]
    """Share of the inputs that is dropped."""


class HeadLayer(Document):
    """One layer of the head: exactly one of dense, dropout."""

    dense: DenseLayer | None = None
    """A fully connected layer."""
    dropout: DropoutLayer | None = None
    """Dropout."""

    @model_validator(mode="after")
    def _exactly_one(self) -> HeadLayer:
        if (self.dense is None) == (self.dropout is None):
            raise ValueError("exactly one of dense, dropout must be given")
        return self


class HeadSpec(Document):
    """Pooling and hidden layers; the last Dense(classes, softmax) is always added."""

    pooling: Literal["Average", "Max", "Flatten"] = "Average"
    """How the backbone's last feature map becomes a vector."""
    layers: Annotated[tuple[HeadLayer, ...], Field(max_length=16)] = ()
    """Hidden layers in order, between pooling and the last Dense."""
    classes: Annotated[int, Field(ge=2, le=100_000)] | None = None
    """Number of classes that the dataset must have. Default: what the dataset has."""

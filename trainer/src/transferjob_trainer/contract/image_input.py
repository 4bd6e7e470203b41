"""The size of the network's input and how pictures are brought to it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Document

Side = Annotated[int, Field(ge=32, le=2048)]


class ResizeSpec(Document):
    """How a picture of another size or shape becomes the input."""

    mode: Literal["Stretch", "Crop", "Pad"] = "Stretch"
    """Stretch changes the aspect ratio, Crop cuts the longer side on both ends, Pad adds black borders."""
    antialias: bool = True
    """Low-pass filter before shrinking; keeps fine structure from turning into noise."""


class InputSpec(Document):
    """Height and width in pixels; three channels always. Default: the backbone's own size."""

    height: Side | None = None
    """Pixels; at least the smallest that the family accepts (32; Xception 71; Inception types 75)."""
    width: Side | None = None
    """Pixels; at least the smallest that the family accepts (32; Xception 71; Inception types 75)."""
    resize: ResizeSpec = ResizeSpec()
    """How pictures of other sizes are brought to this one."""

    @model_validator(mode="after")
    def _both_sides(self) -> InputSpec:
        if (self.height is None) != (self.width is None):
            raise ValueError("height and width must be given together")
        return self

"""Where the model goes and in which formats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Document, SecretRef
from .uri import OutputURI

ModelFormat = Literal["Keras", "SavedModel", "LiteRT", "ONNX"]


class OutputSpec(Document):
    """The folder below which each result gets a folder named by its digest."""

    uri: OutputURI
    """s3://bucket/path, gs://bucket/path or pvc://claim/path. The model goes to a folder below it that is named by its
    digest; latest.json points there."""
    formats: Annotated[tuple[ModelFormat, ...], Field(min_length=1, max_length=4)] = ("Keras", "SavedModel")
    """Formats of the model; Keras is always written."""
    secret_ref: SecretRef | None = None
    """Credentials of the storage; also used to read weights."""

    @model_validator(mode="after")
    def _distinct(self) -> OutputSpec:
        if len(set(self.formats)) != len(self.formats):
            raise ValueError("formats must not repeat a name")
        return self

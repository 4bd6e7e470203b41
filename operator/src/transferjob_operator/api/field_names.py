"""Fields as manifests spell them, found by a place in the models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel


def fields_at(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Names of the fields of the object at a location; none where the models do not say.

    Args:
        model: of the whole document.
        location: fields and numbers of list entries, from the document down to the object.
    """
    for part in location:
        if isinstance(part, int):
            continue  # an entry has the model of its list
        annotations = {field.alias: field.annotation for field in model.model_fields.values()}
        inner = _model_in(annotations.get(part))
        if inner is None:
            return []
        model = inner
    return [field.alias for field in model.model_fields.values() if field.alias]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation, below optional, lists and Annotated."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)

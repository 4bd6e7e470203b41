"""Weights of the classes in the loss, as a weight for each training picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..contract.training import ClassWeightsSpec
from ..errors import InvalidSpec


def example_weights(
    spec: ClassWeightsSpec | None, labels: npt.NDArray[np.int32], classes: Sequence[str]
) -> npt.NDArray[np.float32]:
    """A weight for each picture, float32 [n].

    Args:
        spec: balanced, values by class name, or nothing: ones.
        labels: int [n], class of each training picture.
        classes: names in the order of the labels.

    Raises:
        InvalidSpec: a weight for a class that the dataset does not have.
    """
    return np.asarray(class_weights(spec, labels, classes), np.float32)[labels]


def class_weights(spec: ClassWeightsSpec | None, labels: Any, classes: Sequence[str]) -> Any:
    """A weight for each class, float [classes]; see example_weights."""
    if spec is None:
        return np.ones(len(classes))
    if spec.balanced:
        counts = np.bincount(labels, minlength=len(classes))
        return len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    values = spec.values or {}
    unknown = sorted(values.keys() - set(classes))
    if unknown:
        raise InvalidSpec(
            f"spec.training.classWeights.values names the class {unknown[0]!r}, which the dataset does not have;"
            f" it has {', '.join(classes[:10])}{' ...' if len(classes) > 10 else ''}"
        )
    return np.array([values.get(name, 1.0) for name in classes])

"""The key of an entry: a digest of everything that its numbers depend on, so that a stale feature cannot be found."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from ..contract.run_file import RunFile
from .spec import EntrySpec, TensorSpec

PICTURES_VERSION = 2
"""Raised when decoding, resizing or preprocessing in this code gives other pixels than before, or a manifest tells more
of the pictures."""
_PACKAGES = ("keras", "tensorflow", "numpy", "pillow")


def entry_spec(document: dict[str, Any], rows: int, tensors: Sequence[TensorSpec]) -> EntrySpec:
    """The entry of what a key is made from."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return EntrySpec(hashlib.sha256(text.encode()).hexdigest(), rows, tuple(tensors))


def key_document(
    run: RunFile,
    variables: Sequence[Any],
    tensors: Sequence[TensorSpec],
    *,
    layers: int,
    size: tuple[int, int],
    pooling: str | None,
    listing: str,
    device: str,
    view: dict[str, Any] | None,
) -> dict[str, Any]:
    """Everything that the rows of an entry depend on. Classes' order and the layers above are not in it; split and seed
    only where there are views.

    Args:
        run: the job.
        variables: the Keras variables of the prefix with the values they have now.
        tensors: what crosses the cut, or what pooling made of it.
        layers: layers of the backbone in front of the cut.
        size: height and width of the input in pixels.
        pooling: the head's pooling when the vectors after it are kept.
        listing: digest of the dataset's pictures by path, size and tag.
        device: kind of the device that computes; a GPU rounds differently from a processor.
        view: what the changed views of pictures depend on, with seed and split; None: there are none.
    """
    return {
        "backbone": run.backbone.graph,
        "variant": run.backbone.resolved_variant,
        "variables": variables_digest(variables),
        "layers": layers,
        "tensors": [tensor.document() for tensor in tensors],
        "pooling": pooling,
        "input": list(size),
        "resize": run.input.resize.model_dump(mode="json"),
        "pictures": PICTURES_VERSION,
        "versions": {name: version(name) for name in _PACKAGES},
        "oneDNN": os.environ.get("TF_ENABLE_ONEDNN_OPTS", ""),
        "device": device,
        "view": view,
        "dataset": listing,
    }


def variables_digest(variables: Sequence[Any]) -> str:
    """sha256 over shape, type and bytes of the variables' current values."""
    digest = hashlib.sha256()
    for variable in variables:
        value = np.ascontiguousarray(variable.numpy())
        digest.update(f"{value.shape} {value.dtype}\n".encode())
        digest.update(value.view(np.uint8).reshape(-1).data)
    return digest.hexdigest()

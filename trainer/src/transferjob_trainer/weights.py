"""Weights from a file: found and checked before TensorFlow starts, loaded when the graph is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .contract.backbone import NAMED_WEIGHTS, BackboneSpec
from .contract.uri import WEIGHTS_SCHEMES, parse_uri
from .digests import file_digest
from .errors import WeightsUnavailable
from .storage import Credentials, open_storage


def fetch_weights(spec: BackboneSpec, credentials: Credentials, claims_root: Path | None, scratch: Path) -> Path | None:
    """Downloads the weights file into scratch and checks its sha256; None when the weights are no file.

    Raises:
        WeightsUnavailable: there is no such file, or it has another sha256.
        StorageDenied, StorageUnavailable: the storage says no, or nothing.
    """
    if spec.resolved_weights in NAMED_WEIGHTS:
        return None
    location = parse_uri(spec.resolved_weights, WEIGHTS_SCHEMES)
    storage = open_storage(location, credentials, claims_root=claims_root, absent=WeightsUnavailable)
    path = scratch / f"weights-{location.path.rpartition('/')[2]}"
    storage.download("", path)
    _check_digest(spec, path)
    return path


def load_weights(backbone: Any, path: Path, spec: BackboneSpec) -> None:
    """Loads a .weights.h5 or the backbone inside a .keras into the backbone.

    Raises:
        WeightsUnavailable: the file does not fit the backbone or is broken.
    """
    try:
        if path.suffix == ".keras":
            _copy_from_model(backbone, path)
        else:
            backbone.load_weights(path)
    except Exception as error:
        reason = (str(error).strip().splitlines() or ["broken file"])[0][:200]
        raise WeightsUnavailable(f"{spec.resolved_weights} does not fit {spec.name}: {reason}") from None


def _copy_from_model(backbone: Any, path: Path) -> None:
    import keras

    model = keras.models.load_model(path, compile=False, safe_mode=True)
    candidates = [model, *(layer for layer in model.layers if isinstance(layer, keras.Model))]
    shapes = [tuple(weight.shape) for weight in backbone.weights]
    for candidate in candidates:
        if [tuple(weight.shape) for weight in candidate.weights] == shapes:
            backbone.set_weights(candidate.get_weights())
            return
    raise ValueError(f"it holds no model with the {len(shapes)} weights of {backbone.name}")


def _check_digest(spec: BackboneSpec, path: Path) -> None:
    if spec.sha256 is None:
        return
    digest = file_digest(path)
    if digest != spec.sha256:
        raise WeightsUnavailable(f"{spec.resolved_weights} has sha256 {digest}, spec.backbone.sha256 is {spec.sha256}")

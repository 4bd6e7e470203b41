"""Weights from a file: found and checked before TensorFlow starts, loaded when the graph is there."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from .contract.backbone import NAMED_WEIGHTS, BackboneSpec
from .contract.backbone_table import Variant
from .contract.uri import WEIGHTS_SCHEMES, parse_uri
from .digests import file_digest
from .errors import WeightsUnavailable
from .imagenet_graph import RESCALING, is_imagenet_graph
from .storage import Credentials, open_storage

_KERAS = ".keras"
_MAX_CONFIG = 64 << 20
_MAX_RATIO = 100
"""How much larger than the file the content of a .keras may be: weights hardly shrink."""


def fetch_weights(spec: BackboneSpec, credentials: Credentials, claims_root: Path | None, scratch: Path) -> Path | None:
    """Downloads the weights file into scratch and checks its sha256; None when the spec names no file.

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


def load_weights(backbone: Any, path: Path, spec: BackboneSpec) -> Any:
    """Loads a .weights.h5, Keras' own .h5, or the backbone inside a .keras into the backbone.

    Returns:
        The whole model of a .keras; None of other files.

    Raises:
        WeightsUnavailable: the file does not fit the backbone, is of its other variant, or is broken.
    """
    try:
        if path.suffix == _KERAS:
            model, part = _backbone_in(backbone, path)
            _check_variant("imagenet" if is_imagenet_graph(part) else "plain", spec)
            backbone.set_weights(part.get_weights())
            return model
        if path.name.endswith(".weights.h5"):
            _check_variant(_variant_of_weights(path), spec)
        backbone.load_weights(str(path))
    except WeightsUnavailable:
        raise
    except Exception as error:
        reason = (str(error).strip().splitlines() or ["broken file"])[0][:200]
        named = path.name if spec.resolved_weights in NAMED_WEIGHTS else spec.resolved_weights
        raise WeightsUnavailable(f"{named} does not fit {spec.graph}: {reason}") from None
    return None


def _backbone_in(backbone: Any, path: Path) -> tuple[Any, Any]:
    """The model of a file, and the part of it (or all) that has the backbone's weights."""
    import keras

    _check_archive(path)
    model = keras.models.load_model(path, compile=False, safe_mode=True)
    candidates = [model, *(layer for layer in model.layers if isinstance(layer, keras.Model))]
    shapes = [tuple(weight.shape) for weight in backbone.weights]
    for candidate in candidates:
        if [tuple(weight.shape) for weight in candidate.weights] == shapes:
            return model, candidate
    raise ValueError(f"it holds no model with the {len(shapes)} weights of {backbone.name}")


def _check_archive(path: Path) -> None:
    """Keras unpacks what a .keras holds as a whole, so a bomb must be known before."""
    with zipfile.ZipFile(path) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
    if (
        sizes.get("config.json", 0) > _MAX_CONFIG
        or sum(sizes.values()) > _MAX_CONFIG + _MAX_RATIO * path.stat().st_size
    ):
        raise ValueError("it unpacks to far more than weights do")


def _variant_of_weights(path: Path) -> Variant:
    """Keras gives each layer a group, those without weights too."""
    import h5py

    with h5py.File(path) as file:
        return "imagenet" if f"layers/{RESCALING}" in file else "plain"


def _check_variant(found: Variant, spec: BackboneSpec) -> None:
    if spec.has_variants and found != spec.resolved_variant:
        raise WeightsUnavailable(
            f"{spec.resolved_weights} is of the variant {found} of {spec.name},"
            f" spec.backbone.variant is {spec.resolved_variant}{'' if spec.variant else ' by default'}"
        )


def _check_digest(spec: BackboneSpec, path: Path) -> None:
    if spec.sha256 is None:
        return
    digest = file_digest(path)
    if digest != spec.sha256:
        raise WeightsUnavailable(f"{spec.resolved_weights} has sha256 {digest}, spec.backbone.sha256 is {spec.sha256}")

"""Finds a published model at a URI and opens it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import numpy as np

from ..contract import environment as names
from ..contract.image_input import ResizeSpec
from ..contract.result import RESULT_FILE, Result
from ..contract.uri import WEIGHTS_SCHEMES, InvalidURI, Location, parse_uri
from ..data.decode import decode, pixels
from ..data.types import Images
from ..errors import InvalidSpec, WeightsUnavailable
from ..export.formats import PATHS
from ..export.frozen import PIXELS, PROBABILITIES
from ..export.saved_model import PIXELS_SIGNATURE
from ..storage import Credentials, Storage, open_storage

_PATIENCE_SECONDS = 20.0
_KERAS = ".keras"
_MAX_LABELS = 16 << 20
_MAX_RESULT = 16 << 20

Batch = Callable[[Sequence[Images]], Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """A model that is ready."""

    labels: tuple[str, ...]
    """In the order of the outputs; empty where nothing beside the model names them."""
    read: Callable[[bytes], Images]
    """From a file's content to pixels as training saw them, or at their own size for a model that resizes itself;
    raises BrokenImage."""
    probabilities: Batch
    """From such pictures to float32 [n, classes]."""
    result: Result | None
    """The result document; None where there is none."""


@dataclass(frozen=True, slots=True)
class _About:
    """What lies beside a model."""

    labels: tuple[str, ...]
    result: Result | None
    uri: str

    @property
    def resize(self) -> ResizeSpec:
        """How training brought pictures to the network's size; stretched where nothing tells."""
        return ResizeSpec() if self.result is None else self.result.resize


@contextmanager
def open_model(uri: str, env: Mapping[str, str], prefer: Literal["Keras", "SavedModel"] = "Keras") -> Iterator[Opened]:
    """The model at the URI of a result's folder, of its .keras file or of its SavedModel.

    Args:
        uri: as a user names it.
        env: has the credentials of S3 and the folder of claims.
        prefer: of the models in a result's folder.

    Raises:
        InvalidSpec: no URI, or one that cannot be read yet.
        WeightsUnavailable: there is no model.
        StorageDenied, StorageUnavailable: the storage says no, or nothing.
    """
    location, kind = _located(uri)
    storage = _storage(location, env)
    with tempfile.TemporaryDirectory(prefix="transferjob-") as folder:
        about = _About(_labels(storage), _result(storage), uri)
        wanted = prefer if kind == "any" else kind
        version = "" if wanted == "Keras" and storage.exists(PATHS["Keras"]) else _version(storage)
        if version:
            _copy(storage, version, Path(folder))
            yield _saved_model(Path(folder, version), about)
        elif kind != "SavedModel" and storage.exists(PATHS["Keras"]):
            target = Path(folder, PATHS["Keras"])
            storage.download(PATHS["Keras"], target)
            yield _keras(target, about)
        else:
            missing = f"{PATHS['Keras']} nor {PATHS['SavedModel']}/1"
            raise WeightsUnavailable(f"{uri} holds no model: neither {missing} is there.")


def _located(uri: str) -> tuple[Location, str]:
    """The folder of the result, and which model of it was named."""
    try:
        location = parse_uri(uri.rstrip("/"), WEIGHTS_SCHEMES)
    except InvalidURI as error:
        raise InvalidSpec(f"The URI of the model {error}.") from error
    parts = PurePosixPath(location.path).parts
    cut, kind = 0, "any"
    if parts and parts[-1].endswith(_KERAS):
        if parts[-1] != PATHS["Keras"]:
            raise InvalidSpec(f"{uri}: a published model is called {PATHS['Keras']}; name its folder.")
        cut, kind = 1, "Keras"
    elif PATHS["SavedModel"] in parts[-2:]:
        cut = len(parts) - max(place for place, part in enumerate(parts) if part == PATHS["SavedModel"])
        kind = "SavedModel"
    folder = Location(location.scheme, location.authority, "/".join(parts[: len(parts) - cut]))
    return folder, kind


def _storage(location: Location, env: Mapping[str, str]) -> Storage:
    claims = env.get(names.CLAIMS_ROOT)
    return open_storage(
        location,
        Credentials.from_environment(names.OUTPUT_PREFIX, env),
        claims_root=Path(claims) if claims else None,
        absent=WeightsUnavailable,
        patience_seconds=_PATIENCE_SECONDS,
    )


def _labels(storage: Storage) -> tuple[str, ...]:
    if not storage.exists(PATHS["Labels"]):
        return ()
    return tuple(storage.read(PATHS["Labels"], _MAX_LABELS).decode("utf-8", "replace").splitlines())


def _result(storage: Storage) -> Result | None:
    if not storage.exists(RESULT_FILE):
        return None
    try:
        return Result.model_validate_json(storage.read(RESULT_FILE, _MAX_RESULT))
    except ValueError:
        return None


def _version(storage: Storage) -> str:
    """Folder of the SavedModel's newest version, below the result's."""
    top = PATHS["SavedModel"]
    found = [path for entry in storage.list(top) if (path := PurePosixPath(entry.path)).name == "saved_model.pb"]
    numbers = [int(path.parent.name) for path in found if path.parent.name.isdigit()]
    return f"{top}/{max(numbers)}" if numbers else ""


def _copy(storage: Storage, below: str, folder: Path) -> None:
    for entry in storage.list(below):
        path = PurePosixPath(entry.path)
        whole = path if path.is_relative_to(below) else PurePosixPath(below) / path
        target = folder / whole
        target.parent.mkdir(parents=True, exist_ok=True)
        storage.download(whole.as_posix(), target)


def _keras(file: Path, about: _About) -> Opened:
    import keras

    try:
        model = keras.models.load_model(file, compile=False, safe_mode=True)
    except Exception as error:
        raise WeightsUnavailable(f"{about.uri} holds a {file.name} that Keras cannot load: {_first(error)}") from error
    height, width = model.input_shape[1:3]
    return Opened(
        about.labels,
        lambda data: decode(data, height, width, about.resize),
        lambda pictures: model.predict(np.stack(pictures), verbose=0),
        about.result,
    )


def _saved_model(folder: Path, about: _About) -> Opened:
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(folder)
        function = loaded.signatures[PIXELS_SIGNATURE]
    except Exception as error:
        raise WeightsUnavailable(f"{about.uri} holds a SavedModel that cannot be loaded: {_first(error)}") from error

    def probabilities(pictures: Sequence[Images]) -> Any:
        # The loaded object must be kept: its function does not hold its variables.
        assert loaded is not None
        rows = [function(**{PIXELS: tf.constant(each[None])})[PROBABILITIES].numpy() for each in pictures]
        return np.concatenate(rows)

    return Opened(about.labels, pixels, probabilities, about.result)


def _first(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:200]

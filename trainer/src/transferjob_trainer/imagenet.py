"""Keras' own ImageNet weights where there is no Internet: from a filled cache folder, or from a mirror."""

from __future__ import annotations

from pathlib import Path

from .contract.backbone import BackboneSpec
from .contract.environment import IMAGENET_MIRROR
from .contract.imagenet_files import ImageNetFile, imagenet_file
from .contract.uri import WEIGHTS_SCHEMES, InvalidURI, parse_uri
from .digests import file_digest
from .errors import InvalidSpec, WeightsUnavailable
from .settings import RunSettings
from .storage import open_storage

_CACHE = "models"
"""Below Keras' home, where its loader keeps such files."""
_SHA256_DIGITS = 64


def find_imagenet(spec: BackboneSpec, size: tuple[int, int], settings: RunSettings, scratch: Path) -> Path | None:
    """The file of the backbone's ImageNet weights, checked by the digest that Keras knows.

    Keras' loader would do without a home that it cannot write to, and would download what is damaged; so a file that is
    there is read from where it is, and one that is another than Keras' ends the run.

    Args:
        spec: the backbone.
        size: height and width of its input; MobileNets have files of their own for some.
        settings: home of Keras, mirror and credentials.
        scratch: folder for what is downloaded.

    Returns:
        None where the backbone has other weights, or where Keras has to download the file itself.

    Raises:
        WeightsUnavailable: the mirror has no such file, or the file is another one.
        InvalidSpec: the mirror's URI cannot be used.
        StorageDenied, StorageUnavailable: the storage says no, or nothing.
    """
    if spec.resolved_weights != "imagenet":
        return None
    file = imagenet_file(spec.graph, *size)
    cached = (settings.keras_home or Path.home() / ".keras") / _CACHE / file.name
    if cached.is_file():
        return _checked(cached, file, str(cached))
    if settings.imagenet_mirror is None:
        return None
    return _from_mirror(file, settings.imagenet_mirror, settings, scratch)


def _from_mirror(file: ImageNetFile, mirror: str, settings: RunSettings, scratch: Path) -> Path:
    uri = f"{mirror.rstrip('/')}/{file.name}"
    try:
        location = parse_uri(uri, WEIGHTS_SCHEMES)
    except InvalidURI as error:
        raise InvalidSpec(f"{IMAGENET_MIRROR} {error}") from None
    storage = open_storage(
        location, settings.output_credentials, claims_root=settings.claims_root, absent=WeightsUnavailable
    )
    path = scratch / file.name
    storage.download("", path)
    return _checked(path, file, uri)


def _checked(path: Path, file: ImageNetFile, where: str) -> Path:
    if file.digest is None:
        return path
    algorithm = "sha256" if len(file.digest) == _SHA256_DIGITS else "md5"
    digest = file_digest(path, algorithm)
    if digest != file.digest:
        raise WeightsUnavailable(f"{where} has {algorithm} {digest}, the file that Keras knows has {file.digest}")
    return path

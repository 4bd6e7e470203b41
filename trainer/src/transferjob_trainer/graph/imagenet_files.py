"""Asks Keras for the names and digests of its files of ImageNet weights, without loading or downloading any."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..backbones import build_backbone
from ..contract.arguments import graphs, has_imagenet_weights
from ..contract.backbone import BackboneSpec
from ..contract.imagenet_files import FILE, ImageNetFile

SIDES = (96, 128, 160, 192, 224)
"""MobileNet and MobileNetV2 have files for some sides of a square input, and that of 224 for all others."""
_BY_SIDE = ("mobilenet", "mobilenet_v2")


class _Asked(BaseException):
    """Ends a build without being taken for its failure."""

    def __init__(self, file: ImageNetFile) -> None:
        super().__init__(file.name)
        self.file = file


def asked_file(spec: BackboneSpec, height: int, width: int) -> ImageNetFile:
    """The file that the builder of an ImageNet backbone asks its loader for."""
    with _asking():
        try:
            build_backbone(spec, height, width)
        except _Asked as asked:
            return asked.file
    raise AssertionError(f"{spec.graph} asked for no file")


def asked_files() -> dict[str, dict[str, ImageNetFile]]:
    """The files of every graph that has any, by side of a square input; "" is any other size."""
    found = {}
    for graph, (name, arguments) in graphs().items():
        if not has_imagenet_weights(arguments):
            continue
        spec = BackboneSpec(name=name, arguments=arguments)
        other = asked_file(spec, spec.facts.minimum_side, spec.facts.minimum_side)
        found[graph] = {"": other}
        if spec.facts.family in _BY_SIDE:
            by_side = {str(side): asked_file(spec, side, side) for side in SIDES}
            found[graph] |= {side: file for side, file in by_side.items() if file != other}
        print(f"{graph}: {other.name}", flush=True)
    return found


def write_files(files: Mapping[str, Mapping[str, ImageNetFile]], folder: Path) -> None:
    """Writes the table, one line a graph."""
    lines = (
        f"{json.dumps(graph)}: {json.dumps({side: [file.name, file.digest] for side, file in by_side.items()})}"
        for graph, by_side in files.items()
    )
    (folder / FILE).write_text("{\n" + ",\n".join(lines) + "\n}\n")


@contextmanager
def _asking() -> Iterator[None]:
    from keras.src.utils import file_utils

    def get_file(fname: str, *_: Any, file_hash: str | None = None, **__: Any) -> str:
        raise _Asked(ImageNetFile(fname, file_hash))

    loader, file_utils.get_file = file_utils.get_file, get_file
    try:
        with warnings.catch_warnings():
            # MobileNets warn that other sides get the file of 224: that is what is asked here.
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        file_utils.get_file = loader

"""What the formats need beside TensorFlow, asked before anything is trained and imported only by who asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from ..errors import InvalidSpec

PACKAGES = {"LiteRT": ("ai_edge_litert",), "ONNX": ("onnx", "onnxruntime", "tf2onnx")}
"""Modules by format; the extra `exports` of this distribution has them all."""


def check_formats(formats: Sequence[str]) -> None:
    """Refuses formats that this installation cannot write, without importing anything.

    Raises:
        InvalidSpec: a module is missing.
    """
    for name in formats:
        missing = [module for module in PACKAGES.get(name, ()) if find_spec(module) is None]
        if missing:
            raise InvalidSpec(
                f"spec.output.formats {name} needs {', '.join(missing)}, which this image does not have;"
                " take the trainer's image, or install transferjob with the extra exports"
            )

"""The cases: what is frozen of which backbone, over how many pictures and epochs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    """One job that is measured."""

    name: str
    backbone: str
    side: int
    freeze: dict[str, Any]
    pictures: int
    epochs: int
    cache: dict[str, Any] = field(default_factory=lambda: {"mode": "Memory"})
    warm: bool = False
    """Measures the second of two jobs that share a cache on disk."""
    bound: float | None = 1.1
    """Most that the whole may take, as a multiple of the bound."""
    gain: float | None = None
    """Least that it must be faster than plain Keras."""
    memory_mib: int | None = None
    """Runs in a cgroup with so much memory."""
    compared: bool = True
    """Whether plain Keras runs too."""
    repeats: int = 1
    """Pairs of ours and plain Keras: where the two are near, the machine's speed changes more from minute to minute."""


CASES = (
    Case("resnet50-all", "ResNet50", 32, {"all": True}, 8_192, 20, gain=12.0),
    Case("resnet50-100", "ResNet50", 32, {"layers": 100}, 1_024, 3),
    Case("resnet50-none", "ResNet50", 32, {"none": True}, 1_024, 3, {"mode": "Off"}, bound=None, gain=0.97, repeats=2),
    Case("mobilenetv2-block", "MobileNetV2", 96, {"upTo": "block_12_add"}, 1_024, 5),
    Case("mobilenetv2-inside", "MobileNetV2", 96, {"upTo": "block_12_depthwise_BN"}, 1_024, 5),
    Case("efficientnetb0-block", "EfficientNetB0", 64, {"upTo": "block5c_add"}, 1_024, 5),
    Case("efficientnetb0-inside", "EfficientNetB0", 64, {"upTo": "block5c_bn"}, 1_024, 5),
    Case("vgg16-last-block", "VGG16", 64, {"upTo": "block4_pool"}, 1_024, 5),
    Case(
        "disk-beyond-memory",
        "MobileNetV2",
        96,
        {"upTo": "block_2_add"},
        8_192,
        2,
        {"mode": "Disk"},
        memory_mib=1_792,
        compared=False,
    ),
    Case("warm", "ResNet50", 32, {"all": True}, 2_048, 20, {"mode": "Disk"}, warm=True),
)
"""In the order in which they are run: those with a target first."""


def case_named(name: str) -> Case:
    """The case of a name."""
    return next(case for case in CASES if case.name == name)

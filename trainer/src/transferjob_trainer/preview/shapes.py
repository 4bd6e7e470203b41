"""Sizes of what flows through a backbone, from the table of its layers, scaled to an input size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import ceil

from ..cache.spec import TensorSpec
from ..contract.backbone import BackboneSpec
from ..contract.layer_table import LayerFacts, layer_table
from ..plan.costs import PASSING_WORK, Costs, Cut

_STRIDE = 32
"""Every backbone of the table halves a picture five times; some lose a border pixel or two on the way."""
_BORDER = 3


@dataclass(frozen=True)
class Shapes:
    """A backbone at an input size. All figures but parameters are scaled by area, so they are rough."""

    backbone: BackboneSpec
    height: int
    width: int

    @cached_property
    def layers(self) -> tuple[LayerFacts, ...]:
        """The layers, in order."""
        return layer_table(self.backbone.graph, self.backbone.resolved_variant)

    @property
    def names(self) -> list[str]:
        """Their names."""
        return [layer.name for layer in self.layers]

    @property
    def area(self) -> float:
        """Pixels of the input for each pixel of the table's."""
        return self.height * self.width / self.backbone.facts.default_side**2

    @cached_property
    def channels(self) -> int:
        """Channels of the backbone's output."""
        values, side = self.layers[-1].values, ceil(self.backbone.facts.default_side / _STRIDE)
        return next(values // s**2 for s in range(side, side - _BORDER, -1) if values % s**2 == 0)

    @property
    def flat_values(self) -> int:
        """Numbers of the backbone's output for one picture."""
        return self.channels * max(1, round(self.layers[-1].values / self.channels * self.area))

    @cached_property
    def outputs(self) -> list[int]:
        """Numbers that each layer makes of one picture: what crosses behind it without what passes by.

        What passes by inside a block is, mostly, what went into the block, and its branches are about equal.
        """
        made: list[int] = []
        passing: float = 0
        for layer in self.layers:
            own = (layer.values - passing) / (layer.crossing - 1) if layer.crossing > 1 else layer.values
            if layer.crossing == 1:
                passing = layer.values
            made.append(round((own if own > 0 else layer.values / max(1, layer.crossing)) * self.area))
        return made

    def costs(self, pooling: str) -> Costs:
        """What each cut costs, as plan.costs has it of a built backbone."""
        work = [
            round(layer.work * self.area) + PASSING_WORK * made
            for layer, made in zip(self.layers, self.outputs, strict=True)
        ]
        before = tuple(accumulate(work, initial=0))
        cuts = [self._cut(count, layer, before[count]) for count, layer in enumerate(self.layers, 1)]
        if pooling != "Flatten":
            cuts.append(Cut(len(self.layers), True, (_tensor(self.channels),), before[-1]))
        return Costs(tuple(cuts), before)

    def step_values(self, frozen: int) -> int:
        """Numbers that a training step holds for one picture: of the layers that learn, or passing the frozen ones."""
        passing = 2 * max(self.outputs[:frozen], default=0)
        return max(sum(self.outputs[frozen:]), passing)

    def _cut(self, count: int, layer: LayerFacts, work: int) -> Cut:
        size = max(1, round(layer.values * self.area / layer.crossing))
        return Cut(count, False, tuple(_tensor(size) for _ in range(layer.crossing)), work)


def _tensor(size: int) -> TensorSpec:
    return TensorSpec("", (size,), "float32")

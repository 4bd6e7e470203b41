"""The augmentation of a spec over batches of pictures."""

from __future__ import annotations

from typing import Any

from ...contract.training import AugmentationSpec
from . import colour
from .draws import Draws
from .geometry import Placement, place
from .mix import Mixer
from .rand_augment import RandAugment


class Augmenter:
    """Changes the pictures of a batch; what happens to one depends on seed, view and example alone."""

    def __init__(self, spec: AugmentationSpec, seed: int) -> None:
        self._spec, self._seed = spec, seed

    @property
    def mixes(self) -> bool:
        """Whether pictures are mixed in pairs."""
        return self._spec.mixes

    def changed(self, view: Any, examples: Any, pictures: Any) -> Any:
        """The pictures, changed one by one.

        Args:
            view: which of an example's changed views, from 1: int64 [], or [b] for each its own. The epoch's number
                where every epoch shows new ones.
            examples: int64 [b], the examples' numbers.
            pictures: float32 [b, height, width, 3], 0 to 255; so is the result.
        """
        import tensorflow as tf

        spec, draws = self._spec, Draws(self._seed, view, examples)
        height, width = pictures.shape[1:3]
        placement = Placement(tf.shape(pictures)[0], height, width)
        place(spec, draws, placement)
        chosen = RandAugment(spec.rand_augment, draws) if spec.rand_augment else None
        if chosen:
            chosen.place(placement)
        pictures = placement.applied(pictures)
        if chosen:
            pictures = chosen.colour(pictures)
        if spec.contrast:
            factor = 1 + draws.between("contrast", -spec.contrast, spec.contrast)
            pictures = colour.contrast(pictures, factor[:, None, None, None])
        return pictures

    def mixed(self, epoch: Any, examples: Any, pictures: Any, partners: Any) -> tuple[Any, Any]:
        """The pictures, mixed with their partners, and each one's own share in the result, float32 [b]."""
        return Mixer(self._spec, Draws(self._seed, epoch, examples)).mixed(pictures, partners)

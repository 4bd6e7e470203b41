"""Random changes of the training pictures, each a function of (seed, epoch, example) alone, up to rounding."""

from .augmenter import Augmenter

__all__ = ["Augmenter"]

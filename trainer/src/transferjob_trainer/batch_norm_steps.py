"""Whether a training has steps enough for BatchNorms whose stored statistics begin at nothing."""

from __future__ import annotations

from math import ceil, log

from .batch_norm import batch_norms
from .network import Network

_LEFT = 1e-4
"""Share of its beginning that a moving average may still hold: a deep net shrinks what passes by a part of it in every
layer. A MobileNet at 32 px with all training pictures right was at chance on others with 9e-4, and right with 1e-4."""


def steps_to_settle(network: Network) -> int:
    """Steps until moving averages have left their beginning; 0 where none begins at nothing."""
    momentum = _momentum(network)
    return ceil(log(_LEFT) / log(momentum)) if momentum else 0


def too_few_steps(network: Network, steps: int) -> str | None:
    """A sentence where moving averages are still far from the truth after so many steps; None where all is well."""
    needed = steps_to_settle(network)
    if steps >= needed:
        return None
    left = _momentum(network) ** steps
    return (
        f"BatchNorm: after the {steps:,} steps of this training {left:.2g} of what the stored statistics begin with is"
        f" left, and other pictures may be told far worse than those that are trained on; random weights need about"
        f" {needed:,} steps: more epochs, a smaller training.batchSize, or trained weights"
    )


def _momentum(network: Network) -> float:
    """The largest of the BatchNorms whose statistics are learned from random weights on; 0 where there are none."""
    if network.batch_norm_mode != "Train" or network.spec.resolved_weights != "none":
        return 0.0
    return max((layer.momentum for layer in batch_norms(network.backbone.layers[network.frozen :])), default=0.0)

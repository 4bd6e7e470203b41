"""Whether a training has steps enough for BatchNorms whose stored statistics begin at nothing."""

from __future__ import annotations

from math import ceil, log

from .batch_norm import batch_norms
from .network import Network

_LEFT = 1e-4
"""Share of its beginning that a moving average may still hold: a deep net shrinks what passes by a part of it in every
layer. A MobileNet at 32 px with all training pictures right was at chance on others with 9e-4, and right with 1e-4."""


def too_few_steps(network: Network, steps: int) -> str | None:
    """A sentence where moving averages are still far from the truth after so many steps; None where all is well."""
    trained = batch_norms(network.backbone.layers[network.frozen :])
    if not trained or network.batch_norm_mode != "Train" or network.spec.resolved_weights != "none":
        return None
    momentum = max(layer.momentum for layer in trained)
    left = momentum**steps
    if left <= _LEFT:
        return None
    needed = ceil(log(_LEFT) / log(momentum))
    return (
        f"BatchNorm: after the {steps:,} steps of this training {left:.2g} of what the stored statistics begin with is"
        f" left, and other pictures may be told far worse than those that are trained on; random weights need about"
        f" {needed:,} steps: more epochs, a smaller training.batchSize, or trained weights"
    )

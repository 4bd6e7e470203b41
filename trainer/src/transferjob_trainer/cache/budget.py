"""How much memory kept features may take: what the container has beside everything else that the run needs.

From sizes that are the same at every attempt, not from what happens to be free: two attempts must plan alike.
"""

from __future__ import annotations

from typing import Final

_MIB: Final = 1 << 20
PROCESS_BYTES: Final = 1_024 * _MIB
"""TensorFlow, Keras and compiled graphs. Trainings of small backbones with their pictures have 700 to 1,500 MiB at
most, of which the step's part is counted on its own."""
SURE_SHARE: Final = 0.75
"""Of the rest: what a step needs is an estimate, and features of up to 256 MiB are there twice for a moment, as arrays
and as tensors."""


def memory_budget(limit: int, *, pictures: int, weights: int, step: int) -> int:
    """Bytes that features may take in memory, at least 0.

    Args:
        limit: bytes that the process may use, its cgroup's limit.
        pictures: bytes of the decoded pictures, which lie in memory while the cache is filled.
        weights: bytes of the network's weights.
        step: bytes that a training step needs on the host, with gradients and optimizer; 0 where a GPU does it.
    """
    return max(0, int(SURE_SHARE * (limit - PROCESS_BYTES - pictures - weights - step)))

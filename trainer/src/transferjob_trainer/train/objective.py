"""What is made small: cross-entropy, with smoothed or mixed targets and weighted examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Objective:
    """Cross-entropy in nats against targets of which `smoothing` is spread evenly over all classes."""

    smoothing: float = 0.0

    def losses(self, logits: Any, labels: Any) -> Any:
        """The loss of each example, float32 [b].

        Args:
            logits: float32 [b, classes].
            labels: int [b], or float32 [b, classes] shares that add up to one.
        """
        import tensorflow as tf

        losses = _cross_entropy(logits, labels)
        if not self.smoothing:
            return losses
        spread = -tf.reduce_mean(tf.nn.log_softmax(logits), axis=-1)
        return (1 - self.smoothing) * losses + self.smoothing * spread


def right_answers(logits: Any, labels: Any) -> Any:
    """1.0 where the largest logit is the label's (of mixed pictures: that of the larger share), float32 [b]."""
    import tensorflow as tf

    wanted = labels if labels.shape.rank == 1 else tf.argmax(labels, axis=-1, output_type=tf.int32)
    return tf.cast(tf.argmax(logits, axis=-1, output_type=tf.int32) == tf.cast(wanted, tf.int32), tf.float32)


def _cross_entropy(logits: Any, labels: Any) -> Any:
    import tensorflow as tf

    if labels.shape.rank == 1:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return tf.nn.softmax_cross_entropy_with_logits(labels, logits)

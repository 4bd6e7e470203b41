"""The optimizer of the spec as a Keras optimizer, with a rate of its own for each variable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .contract.training import OptimizerSpec

SGD_MOMENTUM = 0.9

Rate = Callable[[Any], Any]
"""From the number of steps that are done to the learning rate, both as tensors."""


def make_optimizer(
    spec: OptimizerSpec,
    rate: Rate,
    variables: Sequence[Any],
    *,
    factors: Sequence[float] | None = None,
    clip: float | None = None,
    scale_loss: bool = False,
) -> Any:
    """A new Keras optimizer, built for these variables.

    Args:
        spec: name and weight decay.
        rate: the base rate at each step.
        variables: the variables that it will train, in the order of the gradients.
        factors: factor on the rate of each variable. Default: ones.
        clip: largest norm of the whole gradient.
        scale_loss: scale the loss and watch for overflow, as float16 needs it.
    """
    import keras

    extra = {"momentum": SGD_MOMENTUM} if spec.name == "SGD" else {}
    # Keras' AdamW is its Adam with weight decay; that is ours here for every optimizer.
    kind = getattr(keras.optimizers, "Adam" if spec.name == "AdamW" else spec.name)
    inner: Any = kind(learning_rate=lambda: rate(inner.iterations.value), global_clipnorm=clip, **extra)
    decays = [spec.weight_decay if len(variable.shape) > 1 else 0.0 for variable in variables]
    _scale_updates(inner, list(factors or [1.0] * len(decays)), decays)
    optimizer = keras.optimizers.LossScaleOptimizer(inner) if scale_loss else inner
    optimizer.build(list(variables))
    return optimizer


def _scale_updates(optimizer: Any, factors: list[float], decays: list[float]) -> None:
    """Gives each variable its own rate and decay.

    A factor on the gradient would be lost: Adam, RMSprop and Lion divide by the gradient's own size. So it goes onto
    the rate of the update. Decay is decoupled (Loshchilov and Hutter 2017) and scaled like the update. The optimizer's
    class and variables stay Keras' own.
    """
    plain = optimizer.update_step

    def update_step(gradient: Any, variable: Any, learning_rate: Any) -> None:
        index = optimizer._get_variable_index(variable)
        own = learning_rate * factors[index]
        if decays[index]:
            optimizer.assign_sub(variable, variable * (own * decays[index]))
        plain(gradient, variable, own)

    optimizer.update_step = update_step

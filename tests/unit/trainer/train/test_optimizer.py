"""Rates by depth scale the update of every optimizer; decay acts on kernels; the gradient's norm is bounded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import backbone
from transferjob_trainer.contract.backbone import BackboneSpec
from transferjob_trainer.contract.training import LayerwiseLearningRateSpec, OptimizerSpec
from transferjob_trainer.errors import InvalidSpec
from transferjob_trainer.optimizer import make_optimizer
from transferjob_trainer.train.rates import layer_factors

pytestmark = pytest.mark.usefixtures("tensorflow")
MOBILENET = BackboneSpec(name="MobileNet", weights="none")
OPTIMIZERS = ("Adam", "AdamW", "SGD", "RMSprop", "Lion")


def moved(name: str, gradients: list[Any], *, steps: int = 3, weight_decay: float = 0.0, **options: Any) -> list[Any]:
    """How far variables that begin at one move."""
    import keras
    import tensorflow as tf

    variables = [keras.Variable(np.ones_like(gradient)) for gradient in gradients]
    spec = OptimizerSpec(name=name, weight_decay=weight_decay)
    optimizer = make_optimizer(spec, lambda _done: tf.constant(0.01), variables, **options)
    for _ in range(steps):
        optimizer.apply([tf.constant(gradient) for gradient in gradients], variables)
    return [np.array(variable.value) - 1 for variable in variables]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_factor_scales_the_update_itself(name: str) -> None:
    gradient = np.array([[0.5, -2.0]], np.float32)
    full, tenth, none = moved(name, [gradient] * 3, factors=[1.0, 0.1, 0.0])
    assert np.allclose(tenth, 0.1 * full, rtol=1e-4)
    assert (np.abs(full) > 1e-3).all()
    assert (none == 0).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_decay_shrinks_kernels_alone_at_the_rate_of_their_layer(name: str) -> None:
    kernel, bias = np.zeros((2, 2), np.float32), np.zeros(2, np.float32)
    shrunk, slower, still = moved(name, [kernel, kernel, bias], steps=1, weight_decay=0.5, factors=[1.0, 0.5, 1.0])
    assert np.allclose(shrunk, -0.005, rtol=1e-3)
    assert np.allclose(slower, -0.0025, rtol=1e-3)
    assert (still == 0).all()


def test_the_norm_of_the_whole_gradient_is_bounded() -> None:
    gradients = [np.array([[3.0]], np.float32), np.array([4.0], np.float32)]
    first, second = moved("SGD", gradients, steps=1, clip=1.0)
    assert np.allclose([first.item(), second.item()], [-0.006, -0.008])


def test_a_scaled_loss_takes_the_same_steps() -> None:
    gradient = np.array([[0.5, -2.0]], np.float32)
    plain = moved("Adam", [gradient], clip=1.0)[0]
    scaled = moved("Adam", [gradient * 2.0**15], clip=1.0, scale_loss=True)[0]
    assert np.allclose(plain, scaled, rtol=1e-5)


def test_a_gradient_that_overflows_is_left_out_and_the_scale_halved() -> None:
    assert (moved("Adam", [np.array([[np.inf]], np.float32)], scale_loss=True)[0] == 0).all()


def test_decay_by_block_falls_from_the_deepest_to_the_stem() -> None:
    names = [layer.name for layer in backbone("MobileNet").layers]
    factors = layer_factors(LayerwiseLearningRateSpec(decay=0.5), MOBILENET, names)
    assert factors[-1] == 1.0
    assert factors == sorted(factors)
    steps = sorted(set(factors))
    assert np.allclose(np.diff(np.log2(steps)), 1)
    assert factors[names.index("conv1")] == steps[0]


def test_multipliers_hold_up_to_their_layers() -> None:
    spec = LayerwiseLearningRateSpec.model_validate(
        {"multipliers": [{"upTo": "b", "factor": 0}, {"upTo": "d", "factor": 0.3}]}
    )
    assert layer_factors(spec, MOBILENET, list("abcdef")) == [0.0, 0.0, 0.3, 0.3, 1.0, 1.0]
    assert layer_factors(None, MOBILENET, list("ab")) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["x"], r"multipliers\[0\]\.upTo names no layer of the backbone: 'x'"),
        (["d", "b"], r"multipliers\[1\]\.upTo must name a deeper layer than the one before it, got 'b'"),
    ],
)
def test_multipliers_that_fit_no_layer_are_refused(names: list[str], sentence: str) -> None:
    multipliers = [{"upTo": name, "factor": 0.5} for name in names]
    with pytest.raises(InvalidSpec, match=sentence):
        layer_factors(LayerwiseLearningRateSpec.model_validate({"multipliers": multipliers}), MOBILENET, list("abcd"))

"""Precision, XLA and determinism: what is computed how, and what stays float32."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.unit.trainer.runs import SIDE, digits, evaluate, write_run
from tests.unit.trainer.train.sessions import Trial, equal
from transferjob_trainer.backbones import build_backbone
from transferjob_trainer.checks import read_run_file
from transferjob_trainer.contract.training import TrainingSpec
from transferjob_trainer.errors import InvalidSpec
from transferjob_trainer.network import build_network
from transferjob_trainer.precision import dtype_policy
from transferjob_trainer.train.learner import whole_learner

TRAIN_TWICE = """
import hashlib
from transferjob_trainer.tensorflow_setup import start_tensorflow
start_tensorflow(0, deterministic=True)
from tests.unit.trainer.train.sessions import Trial
for _ in range(2):
    trial = Trial({"epochs": 1, "batchNormalization": "Train"}, freeze={"layers": 60})
    trial.train()
    print("weights", hashlib.sha256(b"".join(weight.tobytes() for weight in trial.weights)).hexdigest())
"""


def test_float16_is_refused_where_no_gpu_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InvalidSpec, match="precision Float16 needs a GPU and spec"):
        read_run_file(write_run(tmp_path, training={"precision": "Float16"}))
    assert read_run_file(write_run(tmp_path, training={"precision": "Float16"}, gpus=1)).gpus == 1


@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize(
    ("precision", "policy"), [(None, "float32"), ("Bfloat16", "mixed_bfloat16"), ("Auto", "float32")]
)
def test_the_policy_of_a_machine_without_a_gpu(precision: str | None, policy: str) -> None:
    assert dtype_policy(TrainingSpec.model_validate({"precision": precision}), 0) == policy


def test_bfloat16_computes_the_body_and_leaves_variables_and_logits_in_float32() -> None:
    import tensorflow as tf

    trial = Trial({"epochs": 2, "precision": "Bfloat16", "optimizer": {"learningRate": 0.01}}, freeze={"all": True})
    model = trial.network.model
    assert trial.network.backbone.output.dtype == "bfloat16"
    assert {variable.dtype for variable in model.trainable_variables} == {"float32"}
    logits = whole_learner(model).logits((tf.zeros([2, SIDE, SIDE, 3]),), training=False)
    assert (logits.dtype, model.output.dtype) == (tf.float32, "float32")
    before = trial.head
    trial.train()
    assert not equal(before, trial.head)


def test_the_same_weights_in_float32_answer_alike() -> None:
    trial = Trial({"epochs": 1, "precision": "Bfloat16"}, freeze={"all": True})
    twin = build_network(trial.run, build_backbone(trial.run.backbone, SIDE, SIDE), SIDE, SIDE, 10)
    twin.model.set_weights(trial.network.model.get_weights())
    pictures = trial.dataset.validation.images
    assert {layer.compute_dtype for layer in twin.backbone.layers} == {"float32"}
    answers = twin.model.predict(pictures, verbose=0)
    assert np.allclose(answers, trial.network.model.predict(pictures, verbose=0), atol=0.02)


@pytest.mark.slow
def test_xla_learns_the_same() -> None:
    def trial(**training: object) -> Trial:
        settings = {"epochs": 1, "optimizer": {"name": "SGD", "learningRate": 0.1}, **training}
        return Trial(settings, dataset=digits(40, 32), freeze={"all": True})

    plain, compiled = trial(), trial(jitCompile=True)
    plain.train()
    compiled.train()
    assert np.allclose(plain.head[0], compiled.head[0], atol=1e-4)
    losses = [evaluate(one.network.model, one.dataset.validation)["loss"] for one in (plain, compiled)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


@pytest.mark.slow
def test_deterministic_trains_the_same_bits_twice() -> None:
    command = [sys.executable, "-c", TRAIN_TWICE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr
    first, second = [line for line in done.stdout.splitlines() if line.startswith("weights ")]
    assert first == second

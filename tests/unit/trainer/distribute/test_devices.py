"""A batch on two devices of one process, which must be made before TensorFlow starts: so in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

TWO_DEVICES = """
import os
os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
from tests.unit.trainer.train.sessions import Trial
import numpy as np
import tensorflow as tf
cpus = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpus[0], [tf.config.LogicalDeviceConfiguration()] * 2)
from transferjob_trainer.distribute.devices import Spread

def trained(names, batch_norm):
    optimizer = {"name": "SGD", "learningRate": 0.01}
    training = {"epochs": 1, "batchSize": 24, "optimizer": optimizer, "batchNormalization": batch_norm}
    trial = Trial(training, freeze={"layers": 60}, spread=Spread(devices=names))
    session = trial.train()
    return trial.weights, session.best.document.figure

names = tuple(device.name for device in tf.config.list_logical_devices("CPU"))
assert len(names) == 2, names
one, two = trained((), "Inference"), trained(names, "Inference")
for first, second in zip(one[0], two[0], strict=True):
    np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-4)
assert abs(one[1] - two[1]) < 1e-4
own, again = trained(names, "Train"), trained(names, "Train")
moved = [np.abs(a - b).max() for a, b in zip(own[0], two[0], strict=True)]
assert max(moved) > 1e-3, "statistics of each device's rows were expected"
for first, second in zip(own[0], again[0], strict=True):
    np.testing.assert_allclose(first, second, rtol=1e-5, atol=1e-6)
print("equal")
"""


@pytest.mark.slow
def test_two_devices_are_one() -> None:
    done = subprocess.run([sys.executable, "-c", TWO_DEVICES], capture_output=True, text=True, check=False, timeout=250)
    assert done.stdout.splitlines()[-1:] == ["equal"], done.stderr[-3000:]

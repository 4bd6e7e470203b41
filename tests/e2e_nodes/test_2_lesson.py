"""The user: from a manifest to a prediction."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from tests.cluster.api import Api
from tests.component.operator.pods import Jobs
from tests.e2e_nodes.bucket import broken
from tests.e2e_nodes.gpus import Gpus
from tests.e2e_nodes.manifests import trainjob
from tests.e2e_nodes.release import Release
from tests.e2e_nodes.story import Story
from tests.e2e_nodes.user import User
from tests.nodes.world import World

_LESSON = {
    "backbone": {"name": "ResNet50", "weights": "none"},
    "freeze": {"layers": 100},
    "head": {
        "pooling": "Average",
        "layers": [{"dense": {"units": 128, "activation": "relu"}}, {"dropout": {"rate": 0.1}}],
    },
    "training": {"batchSize": 16, "phases": [{"name": "train", "epochs": 8}]},
}
"""720 steps: random weights need hundreds until BatchNorm's moving averages tell what the layers give."""


def test_the_lesson(world: World, release: Release, api: Api, jobs: Jobs, gpus: Gpus, user: User, story: Story) -> None:
    """The lesson's job: submitted and watched, model in S3, a digit recognised"""
    manifest = user.file(trainjob("lesson", **_LESSON))
    story.see("watched", user.transferjob("submit", "-f", manifest, "--watch", "--timeout", "10m"))
    status = jobs.get("lesson")["status"]
    assert (status["phase"], status["attempts"], status["node"]) == ("Succeeded", 1, status["node"])
    assert status["model"]["frozenLayers"] == 100
    assert status["gpuSeconds"] > 0
    story.see("get", user.kubectl("get", "tj", "-o", "wide"))
    assert broken(world.s3.path("models"), status["result"]) == []
    gpus.wait_free()

    said = json.loads(user.transferjob("predict", "lesson", *_one_of_each(user.folder), "-o", "json"))
    best = [answer["top"][0]["label"] for answer in said]
    story.see("prediction", {"of": list(range(10)), "said": best})
    # Chance is one in ten.
    assert sum(label == str(digit) for digit, label in enumerate(best)) >= 3, said


def test_a_gpu_in_the_books_alone(release: Release, jobs: Jobs, gpus: Gpus, user: User) -> None:
    """A GPU that TensorFlow does not see: GPUNotVisible, and the GPU is free"""
    user.apply(trainjob("blind", pod={}, run={"retries": 0}))
    failure = jobs.wait_phase("blind", "Failed", 120)["failure"]
    assert (failure["reason"], failure["exitCode"]) == ("GPUNotVisible", 72)
    gpus.wait_free()


def _one_of_each(folder: Path) -> list[Path]:
    """Pictures of the ten digits."""
    digits = load_digits()
    return [
        _picture(folder / f"{digit}.png", digits.images[np.flatnonzero(digits.target == digit)[-1]])
        for digit in range(10)
    ]


def _picture(file: Path, pixels: np.ndarray) -> Path:
    large = np.kron(pixels * 255 / 16, np.ones((4, 4))).astype("uint8")
    Image.fromarray(large).convert("RGB").save(file)
    return file

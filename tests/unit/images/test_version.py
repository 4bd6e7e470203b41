"""`--version` of both programs, and the locks that their images are made from."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NAME = re.compile(r"^([a-z0-9._-]+)==", re.MULTILINE)


@pytest.mark.parametrize(
    ("module", "package"), [("transferjob_operator", "kubernetes"), ("transferjob_trainer", "keras")]
)
def test_it_tells_commit_and_dependencies(module: str, package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--version"],
        env={**os.environ, "TRANSFERJOB_COMMIT": "0123abc"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert lines[0] == f"transferjob {version('transferjob')} (commit 0123abc)"
    assert f"{package} {version(package)}" in lines


def test_the_operators_image_has_no_tensorflow_and_the_trainers_no_tools() -> None:
    operator, trainer = (
        set(NAME.findall((ROOT / f"images/{name}.lock").read_text())) for name in ("operator", "trainer")
    )
    assert {"kubernetes", "pydantic", "prometheus-client"} <= operator
    assert operator.isdisjoint({"tensorflow", "keras", "numpy", "boto3", "pytest"})
    assert {"tensorflow", "keras", "boto3"} <= trainer
    assert trainer.isdisjoint({"pytest", "mypy", "ruff", "kubernetes"})


def test_a_library_that_is_locked_for_two_pythons_is_there_for_both() -> None:
    whole, trainer = ((ROOT / name).read_text() for name in ("requirements.lock", "images/trainer.lock"))
    assert NAME.findall(trainer).count("numpy") == NAME.findall(whole).count("numpy") == 2

"""The tutorial as its readers do it, command by command: on this machine, and on a cluster with one node."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from demo.stage import Stage
from tests.cluster.toolchain import kubectl
from tests.unit.docs.blocks import DOCS, ROOT, steps_of
from tests.unit.docs.shell import Shell, section_steps

TUTORIAL = DOCS / "tutorial/index.md"
BEFORE = ("Set up", "From snippet to manifest", "What it would do")
HERE = ("Run it here", "Look at the model", "How many layers?")
SERVED = "Serve it"
CLUSTER = "The same on a cluster"
SECONDS = 600
LEARNT = 0.7
"""A fifth is chance."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which the local half was done."""
    folder = tmp_path_factory.mktemp("home")
    with Shell(folder) as shell:
        for step in section_steps(TUTORIAL, *BEFORE, *HERE, SERVED):
            shell.play(step, SECONDS)
    return folder


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_on_this_machine(home: Path) -> None:
    results = sorted((home / "tutorial/claims/models").glob("*/*/result.json"))
    assert [path.parent.parent.name for path in results] == ["first-digits", "lesson"]
    assert all(json.loads(path.read_text())["metrics"]["accuracy"] > LEARNT for path in results)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("script", "model"), [("litert", "model.tflite"), ("saved_model", "savedmodel/1")])
def test_the_scripts_of_the_page_on_serving(home: Path, script: str, model: str) -> None:
    (folder,) = (home / "tutorial/claims/models/lesson").glob("*/model.keras")
    command = [sys.executable, str(DOCS / f"how-to/classify_{script}.py"), str(folder.parent / model)]
    done = subprocess.run(
        [*command, str(DOCS / "tutorial/seven.png")], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("7 ")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_on_a_cluster(tmp_path: Path) -> None:
    found = section_steps(TUTORIAL, "Set up", CLUSTER)
    with Stage() as stage:
        tools, kubeconfig = str(kubectl().parent), str(stage.cluster.kubeconfig)
        with Shell(tmp_path, TOOLS=tools, KUBECONFIG=kubeconfig) as shell:
            for step in found:
                shell.play(step, SECONDS)


def test_no_command_is_left_out() -> None:
    played = section_steps(TUTORIAL, *BEFORE, *HERE, CLUSTER, SERVED)
    assert played == steps_of(TUTORIAL)

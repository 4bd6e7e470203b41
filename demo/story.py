"""The story: pretrain on seven digits, transfer to the other three, and the same from random weights beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from demo.stage import MANIFESTS, NAMESPACE, Stage
from demo.steps import act, console
from demo.summary import row, save, table
from demo.watching import Status, StoryError, watch
from tests.cluster.resources import Resource
from tests.cluster.toolchain import kubectl

SILENCE_SECONDS = 240.0


def tell(stage: Stage) -> list[dict[str, Any]]:
    """Runs the three jobs, shows them, classifies a picture. Raises StoryError when a job fails."""
    act(
        1,
        "A backbone learns seven digits",
        "MobileNet (86 layers), random weights, the digits 0 to 6.",
    )
    finished = _run(stage, "1-pretrain.yaml")
    act(
        2,
        "Three new digits, few pictures",
        "The digits 7 to 9, 3 or 4 pictures each. `transfer` takes the weights of act 1 and freezes the first\n"
        "11 layers; `from-scratch` trains the same net on the same pictures from random weights.",
    )
    finished |= _run(stage, "2-transfer.yaml", "3-from-scratch.yaml")
    rows = [row(name, status) for name, status in finished.items()]
    console.print()
    console.print(table(rows))
    for figures in rows:
        console.print(f"  {figures['job']:<13}{figures['modelURI']}", style="dim")
    console.print(_moral(rows))
    save(rows)
    act(3, "The exported model at work", "One picture, plain Keras, the .keras file of `transfer`:")
    _classify(stage, rows[1], digit=7)
    return rows


def _moral(rows: list[dict[str, Any]]) -> str:
    """What the figures of this run say; they differ a little from run to run."""
    transfer, scratch = rows[1]["accuracy"], rows[2]["accuracy"]
    points = 100 * (transfer - scratch)
    if points <= 0:
        return f"This time training from scratch was {-points:.1f} points better: ten pictures tell little."
    return f"The old weights were worth {points:.1f} points with {rows[1]['trainedOn']} pictures to learn from."


def _run(stage: Stage, *files: str) -> dict[str, Status]:
    names = []
    for file in files:
        manifest = MANIFESTS / file
        console.print(f"  $ kubectl apply -f demo/manifests/{file}", style="dim")
        _kubectl(stage, "apply", "-f", str(manifest))
        names.append(yaml.safe_load(manifest.read_text())["metadata"]["name"])

    def read(name: str) -> Status:
        status: Status = stage.cluster.api.get(job(name)).get("status") or {}
        return status

    return watch(read, names, SILENCE_SECONDS)


def _kubectl(stage: Stage, *arguments: str) -> None:
    command = [str(kubectl()), f"--kubeconfig={stage.cluster.kubeconfig}", f"--namespace={NAMESPACE}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StoryError(f"kubectl {arguments[0]} was refused: {done.stderr.strip()}")


def job(name: str) -> Resource:
    """The TransferJob of a name."""
    return Resource("transferjob.dev/v1alpha1", "transferjobs", NAMESPACE, name)


def _classify(stage: Stage, figures: dict[str, Any], digit: int) -> None:
    folder = stage.models / str(figures["modelURI"]).removeprefix("pvc://models/")
    keras_file = next(folder.glob("*.keras"))
    command = [sys.executable, "-m", "demo.classify", str(keras_file), str(folder / "labels.txt"), str(digit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    if done.returncode:
        raise StoryError(f"the exported model could not be used:\n{done.stderr}")
    *picture, answer = done.stdout.splitlines()
    console.print("\n".join(picture))
    said = json.loads(answer)
    console.print(f"  it is a {digit}; the model says [bold]{said['label']}[/] ({100 * said['probability']:.1f} %)")

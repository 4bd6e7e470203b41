"""`transferjob run`: a manifest on this machine, with the results that a pod would have."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.operator.cli.running import run_cli
from tests.unit.trainer.runs import write_digits
from transferjob_operator.api.transfer_job import parse_transfer_job
from transferjob_operator.core.run_file import encode_run_file, run_file
from transferjob_trainer.contract.environment import CLAIMS_ROOT

HEAD = {"apiVersion": "transferjob.dev/v1alpha1", "kind": "TransferJob"}


def job(name: str, **spec: Any) -> dict[str, Any]:
    parts = {
        "backbone": {"name": "MobileNet", "weights": "none"},
        "freeze": {"layers": 40},
        "input": {"height": 32, "width": 32},
        "dataset": {"uri": "pvc://data/digits", "validation": {"fraction": 0.25}},
        "training": {"epochs": 1, "deterministic": True},
        "output": {"uri": f"pvc://models/{name}", "formats": ["Keras"]},
    }
    return {**HEAD, "metadata": {"name": name}, "spec": {**parts, **spec}}


def run(
    folder: Path, *jobs: dict[str, Any], output: str = "json", seconds: float = 170
) -> "subprocess.CompletedProcess[str]":
    file = folder / "jobs.yaml"
    file.write_text("\n---\n".join(map(json.dumps, jobs)))
    arguments = ["run", "-f", str(file), "--claims", str(folder / "claims"), "--gpus", "0"]
    return run_cli(*arguments, *(["-o", output] if output else []), folder=folder, seconds=seconds)


def test_a_run_ends_with_a_model_that_classifies_and_is_not_done_twice(tmp_path: Path) -> None:
    write_digits(tmp_path / "claims/data/digits", classes=3, each=8)
    done = run(tmp_path, job("digits"))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    digest = document["result"]["digest"]
    assert (tmp_path / "claims/models/digits" / digest / "model.keras").is_file()
    assert document["dataset"]["classes"] == 3
    again = run(tmp_path, job("digits"), output="")
    assert "nothing is left to do" in again.stdout
    model, following = again.stdout.splitlines()[-2:]
    assert model == f"model: {document['result']['modelURI']}"
    assert f"transferjob predict {tmp_path}/claims/models/digits/{digest} " in following
    picture = next((tmp_path / "claims/data/digits/0").iterdir())
    said = run_cli("predict", str(tmp_path / "claims/models/digits" / digest), str(picture))
    assert (said.returncode, said.stderr) == (0, "")
    header, line = said.stdout.splitlines()
    assert header.split() == ["IMAGE", "CLASS"]
    assert line.split()[0] == picture.name
    assert line.split()[1] in ("0", "1", "2")


def test_what_cannot_run_here_is_a_sentence(tmp_path: Path) -> None:
    other = {"name": "MobileNet", "weightsFrom": {"jobRef": {"name": "pretrain"}}}
    for wrong, code, words in (
        (job("a", workers=2), 4, "one worker runs here"),
        (job("a", profile="fast"), 4, "known to a cluster's operator alone"),
        (job("a", backbone=other), 4, "'pretrain', which is not in this file before it"),
        (job("a", freeze={"layers": 999}), 4, "spec.freeze.layers"),
        (job("a"), 1, "a failed: DatasetInvalid: "),
    ):
        done = run(tmp_path, wrong, output="")
        assert done.returncode == code, (done.stdout, done.stderr)
        assert words in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_figures_are_those_of_the_pods_run_file_and_weights_go_on(tmp_path: Path) -> None:
    write_digits(tmp_path / "claims/data/digits", classes=3, each=8)
    taken = {"jobRef": {"name": "first"}, "include": "Model"}
    second = job("second", backbone={"name": "MobileNet", "weightsFrom": taken})
    done = run(tmp_path, job("first"), second)
    assert done.returncode == 0, done.stderr
    decoder = json.JSONDecoder()
    first, end = decoder.raw_decode(done.stdout)
    assert decoder.raw_decode(done.stdout[end:].lstrip())[0]["name"] == "second"
    advice = ("advise", "-f", "jobs.yaml", "--job", "second", "--quick", "-o", "name")
    advised = run_cli(*advice, folder=tmp_path, seconds=170)
    assert advised.stdout.strip().isdigit(), advised.stderr
    elsewhere = job("first", output={"uri": "pvc://models/elsewhere", "formats": ["Keras"]}, resources={"gpus": 0})
    path = tmp_path / "run.json"
    path.write_text(encode_run_file(run_file(parse_transfer_job(elsewhere), None)))
    env = {**os.environ, CLAIMS_ROOT: str(tmp_path / "claims")}
    command = [sys.executable, "-m", "transferjob_trainer", "--run", str(path), "--listen", "127.0.0.1:0"]
    assert subprocess.run(command, env=env, capture_output=True, timeout=170, check=False).returncode == 0
    pods = json.loads((tmp_path / "claims/models/elsewhere/latest.json").read_text())
    weights = [
        json.loads((tmp_path / "claims/models" / folder / digest / "result.json").read_text())["artifacts"]
        for folder, digest in (("first", first["result"]["digest"]), ("elsewhere", pods["digest"]))
    ]
    named = [{entry["format"]: entry["sha256"] for entry in entries} for entries in weights]
    assert named[0]["Metrics"] == named[1]["Metrics"]
    assert first["metrics"]["loss"] > 0

"""Advice on the freeze count, found out on this machine by the trainer in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transferjob_trainer.contract import RunFile
from transferjob_trainer.contract.advice import AdviceReport

from ..api.identity import API_VERSION, KIND
from ..api.transfer_job import InvalidTransferJob, TransferJob, parse_transfer_job
from ..core.run_file import encode_run_file, run_file
from .errors import refused, usage
from .known import known_backbone
from .local_job import read_local_jobs
from .local_uri import dataset_uri
from .trainer_process import failure, trainer_env

ADVISE = "transferjob_trainer.advise"
_GRACE_SECONDS = 10
_INTERRUPTED = 130
_FIELDS = {
    "spec.dataset": "--dataset",
    "spec.backbone.weights": "--weights",
    "spec.input": "--size",
    "spec.training.epochs": "--epochs",
}
"""The option behind a field."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, as the command line has it."""

    backbone: str
    dataset: str
    weights: str
    size: int | None
    epochs: int


@dataclass(frozen=True, slots=True)
class Means:
    """With what it is found out."""

    claims: Path | None
    gpus: int
    quick: bool
    """From probes alone."""


def question_job(asked: Question) -> TransferJob:
    """The job that the options describe; nothing of it is run but the advice.

    Raises:
        CliError: an unknown backbone, no such folder, a value out of its bounds.
    """
    spec: dict[str, Any] = {
        "backbone": {"name": known_backbone(asked.backbone).name, "weights": asked.weights},
        "freeze": {"none": True},
        "head": {"layers": [{"dropout": {"rate": 0.2}}]},
        "dataset": {"uri": dataset_uri(asked.dataset)},
        "training": {"epochs": asked.epochs},
        "output": {"uri": "pvc://nothing/is/written"},
    }
    if asked.size is not None:
        spec["input"] = {"height": asked.size, "width": asked.size}
    document = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": "advice"}, "spec": spec}
    try:
        return parse_transfer_job(document)
    except InvalidTransferJob as error:
        problems = [problem for problem in error.problems if "file:// means this machine" not in problem.message]
        if not problems:
            return TransferJob.model_validate(document)
        raise usage("\n".join(f"{_option(each.path)}: {each.message}." for each in problems)) from None


def manifest_job(file: str) -> TransferJob:
    """The one job of a manifest. Raises CliError with every problem, or when there are more."""
    jobs = read_local_jobs(file)
    if len(jobs) != 1:
        raise usage(f"{file} has {len(jobs)} jobs; advice is for one at a time.")
    job = jobs[0]
    if job.spec.backbone.weights_from is not None:
        raise refused(
            "spec.backbone.weightsFrom names a job of the cluster; name its weights file in spec.backbone.weights for"
            " advice on this machine."
        )
    return job


def advised(job: TransferJob, means: Means) -> AdviceReport:
    """The advice; the trainer's log goes to standard error while it is found out.

    Raises:
        CliError: the trainer's own sentence, or that it is not installed.
        KeyboardInterrupt: Ctrl-C; nothing is left behind.
    """
    run = run_file(job, None).model_copy(update={"gpus": means.gpus})
    if run.dataset.uri.startswith("pvc://") and means.claims is None:
        raise usage(f"{run.dataset.uri} lies on a claim; give the folder where claims are mounted here with --claims.")
    with tempfile.TemporaryDirectory(prefix="transferjob-") as folder:
        return _advised(run, means, Path(folder))


def _advised(run: RunFile, means: Means, folder: Path) -> AdviceReport:
    path, result, errors = (folder / name for name in ("run.json", "advice.json", "errors"))
    path.write_text(encode_run_file(run))
    command = [sys.executable, "-m", ADVISE, "--run", str(path), "--result", str(result)]
    env = trainer_env(str(means.claims.resolve()) if means.claims else None)
    # The trainer's own folder goes with ours, however it ends.
    env["TRANSFERJOB_SCRATCH"] = str(folder)
    with errors.open("wb") as stream:
        trainer = subprocess.Popen([*command, *(["--quick"] if means.quick else [])], env=env, stdout=sys.stderr,
                                   stderr=stream)  # fmt: skip
        code = _ended(trainer)
    if code == _INTERRUPTED:
        raise KeyboardInterrupt
    if code != 0:
        raise failure(errors.read_text(errors="replace"))
    return AdviceReport.model_validate_json(result.read_text())


def _ended(trainer: subprocess.Popen[bytes]) -> int:
    """Its exit code; it does not outlive us."""
    try:
        return trainer.wait()
    finally:
        if trainer.poll() is None:
            trainer.terminate()
            try:
                trainer.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                trainer.kill()
                trainer.wait()


def _option(path: str) -> str:
    return next((option for field, option in _FIELDS.items() if path.startswith(field)), path)

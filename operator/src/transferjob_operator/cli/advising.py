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
from transferjob_trainer.contract.uri import DATASET_SCHEMES, parse_uri

from ..api.identity import API_VERSION, KIND
from ..api.transfer_job import InvalidTransferJob, TransferJob, parse_transfer_job
from ..core.run_file import encode_run_file, run_file
from ..core.weights import ResolvedWeights
from .errors import usage
from .known import known_backbone
from .local_job import read_local_jobs
from .local_uri import dataset_uri
from .local_weights import published_weights
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

    claims: Path
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


def manifest_job(file: str, name: str | None, claims: Path) -> tuple[TransferJob, ResolvedWeights | None]:
    """A job of a manifest, and the weights that another job of it has published for this one.

    Raises:
        CliError: every problem of the manifest; several jobs and no name; no such job; weights that are not there.
    """
    jobs = read_local_jobs(file)
    names = ", ".join(job.metadata.name for job in jobs)
    if name is None and len(jobs) != 1:
        raise usage(f"{file} has {len(jobs)} jobs ({names}); name the one that the advice is for with --job.")
    job = next((job for job in jobs if name in (None, job.metadata.name)), None)
    if job is None:
        raise usage(f"{file} has no job {name!r}; it has {names}.")
    return job, published_weights(job, jobs, claims)


def advised(job: TransferJob, weights: ResolvedWeights | None, means: Means) -> AdviceReport:
    """The advice; the trainer's log goes to standard error while it is found out.

    Args:
        job: that the advice is for.
        weights: what its weightsFrom stands for.
        means: with what it is found out.

    Raises:
        CliError: the trainer's own sentence, or that it is not installed.
        KeyboardInterrupt: Ctrl-C; nothing is left behind.
    """
    run = run_file(job, weights).model_copy(update={"gpus": means.gpus})
    data = parse_uri(run.dataset.uri, DATASET_SCHEMES)
    claim = means.claims / data.authority
    if data.scheme == "pvc" and not claim.is_dir():
        raise usage(
            f"{run.dataset.uri} lies on a claim, and there is no folder {str(claim)!r}; give the folder where claims"
            " are mounted here with --claims."
        )
    with tempfile.TemporaryDirectory(prefix="transferjob-") as folder:
        return _advised(run, means, Path(folder))


def _advised(run: RunFile, means: Means, folder: Path) -> AdviceReport:
    path, result, errors = (folder / name for name in ("run.json", "advice.json", "errors"))
    path.write_text(encode_run_file(run))
    command = [sys.executable, "-m", ADVISE, "--run", str(path), "--result", str(result)]
    env = trainer_env(str(means.claims.resolve()))
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

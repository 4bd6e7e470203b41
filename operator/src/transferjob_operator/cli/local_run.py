"""Runs jobs on this machine: the trainer, with the run file that the operator would write."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transferjob_trainer.contract import RunFile, Termination, decode_termination
from transferjob_trainer.contract.uri import OUTPUT_SCHEMES, parse_uri

from ..api.transfer_job import TransferJob
from ..core.run_file import encode_run_file, run_file
from ..core.weights import ResolvedWeights
from .errors import CliError, refused
from .exit_codes import ExitCode
from .local_weights import weights_in
from .trainer_process import TRAINER, failure, started, trainer_env

_GRACE_SECONDS = 120
_NAMESPACE = "local"
_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class LocalRun:
    """Where and how jobs run here."""

    claims: Path
    """Folder with a folder for each claim of a pvc:// URI."""
    gpus: int
    quiet: bool
    """The trainer's log goes to standard error, because standard output is for machines."""


def run_jobs(jobs: list[TransferJob], where: LocalRun) -> Iterator[tuple[TransferJob, Termination]]:
    """Runs jobs one after the other; a later one may take the weights of an earlier one.

    Raises:
        CliError: a job cannot run here, or has failed (job failed, with the trainer's reason).
    """
    # They know typer, which `import transferjob` does without.
    from .output import note, say

    done: dict[str, Termination] = {}
    for number, job in enumerate(jobs, start=1):
        _check(job)
        if len(jobs) > 1:
            (note if where.quiet else say)(f"{job.metadata.name}, job {number} of {len(jobs)}")
        run = _local_run_file(job, where, done)
        ended = _run(run, where)
        done[job.metadata.name] = ended
        yield job, ended


def _check(job: TransferJob) -> None:
    if job.spec.profile is not None:
        raise refused(
            f"{job.metadata.name}: spec.profile is known to a cluster's operator alone; take it out to run here."
        )
    if job.spec.workers > 1:
        raise refused(f"{job.metadata.name}: spec.workers is {job.spec.workers}; one worker runs here. Results are the"
                      " same with one.")  # fmt: skip


def _local_run_file(job: TransferJob, where: LocalRun, done: dict[str, Termination]) -> RunFile:
    run = run_file(job, _weights(job, done)).model_copy(update={"gpus": where.gpus})
    digest = hashlib.sha256(encode_run_file(run).encode()).hexdigest()[:32]
    identity = run.job.model_copy(update={"namespace": _NAMESPACE, "uid": f"local-{digest}"})
    return run.model_copy(update={"job": identity})


def _run(run: RunFile, where: LocalRun) -> Termination:
    output = parse_uri(run.output.uri, OUTPUT_SCHEMES)
    if output.scheme == "pvc":
        (where.claims / output.authority).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="transferjob-") as folder:
        path, ended, errors = (Path(folder, name) for name in ("run.json", "ended.json", "errors"))
        path.write_text(encode_run_file(run))
        ended.touch()
        with errors.open("wb") as stream, _trainer(path, ended, stream, where) as trainer:
            code = trainer.wait()
        told = decode_termination(ended.read_text())
        if code == 0 and told is not None:
            return told
        raise _failed(run, code, told, errors.read_text(errors="replace"))


@contextmanager
def _trainer(run: Path, ended: Path, errors: Any, where: LocalRun) -> Iterator[subprocess.Popen[bytes]]:
    arguments = ("--run", str(run), "--termination-log", str(ended), "--listen", "127.0.0.1:0")
    # What TensorFlow leaves among the temporary files of an interrupted process goes with the folder of this run.
    env = trainer_env(str(where.claims.resolve())) | {"TMPDIR": str(run.parent)}
    to = sys.stderr if where.quiet else None
    # SIGTERM has it write a checkpoint; a terminal's Ctrl-C reaches it by itself.
    with started(
        TRAINER,
        *arguments,
        env=env,
        end=signal.SIGTERM,
        grace=_GRACE_SECONDS,
        own_group=False,
        stdout=to,
        stderr=errors,
    ) as trainer:
        yield trainer


def _failed(run: RunFile, code: int, told: Termination | None, errors: str) -> CliError:
    if code == _INTERRUPTED:
        raise KeyboardInterrupt
    if told is not None:
        return CliError(f"{run.job.name} failed: {told.reason}: {told.message}", ExitCode.JOB_FAILED)
    return failure(errors) if errors else CliError(f"The trainer ended with code {code}.", ExitCode.JOB_FAILED)


def _weights(job: TransferJob, done: dict[str, Termination]) -> ResolvedWeights | None:
    """What weightsFrom stands for: of a job that has run here before."""
    wanted = job.spec.backbone.weights_from
    if wanted is None:
        return None
    ended = done.get(wanted.job_ref.name)
    if ended is None or ended.result is None:
        raise refused(
            f"{job.metadata.name}: backbone.weightsFrom names TransferJob {wanted.job_ref.name!r}, which is not in this"
            " file before it; put it there, or name a file in backbone.weights."
        )
    return weights_in(job, ended.result.model_uri, ended.artifacts or (), ended.model)

"""Jobs on this machine, with no cluster: the same trainer, the same results."""

from __future__ import annotations

from pathlib import Path

from transferjob_operator.cli.local_run import LocalRun, run_jobs
from transferjob_trainer.contract import Termination

from .errors import JobFailed, told
from .job import Job
from .result import Result


def run_here(job: Job, *, claims: str | Path = "claims", gpus: int = 0, quiet: bool = True) -> Result:
    """Runs a job to its end. A run that was interrupted goes on from its checkpoint; one that is done is not repeated.

    Args:
        job: a built or loaded one; file:// URIs are allowed.
        claims: pvc://NAME/PATH is claims/NAME/PATH.
        gpus: GPUs to use.
        quiet: the log goes to standard error.

    Raises:
        JobFailed: it failed; the text says why.
        Error: it cannot run here.
    """
    job.checked()
    where = LocalRun(Path(claims), gpus, quiet=quiet)
    with told():
        ((_, ended),) = run_jobs([job.model], where)
    return _result(job, ended, Path(claims))


def _result(job: Job, ended: Termination, claims: Path) -> Result:
    if ended.result is None:
        raise JobFailed(f"{job.name} ended without a result.")
    digests = {artifact.path: artifact.sha256 for artifact in ended.artifacts or ()}
    return Result(job.name, ended.result.model_uri.rstrip("/"), dict(ended.metrics or {}), digests, claims)

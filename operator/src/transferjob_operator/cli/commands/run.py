"""`transferjob run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import Format, Output

if TYPE_CHECKING:
    from transferjob_trainer.contract import Termination

File = Annotated[str, typer.Option("-f", "--filename", metavar="FILE", help="The manifest; - is standard input.")]
Claims = Annotated[
    Path, typer.Option("--claims", metavar="FOLDER", help="pvc://NAME/PATH is FOLDER/NAME/PATH.", show_default=True)
]
GPUs = Annotated[int | None, typer.Option("--gpus", min=0, help="GPUs to use. Default: those that are here.")]


def run(file: File, claims: Claims = Path("claims"), gpus: GPUs = None, output: Output = None) -> None:
    """Run a manifest on this machine, with no cluster: the same trainer, the same results.

    file:// URIs are allowed. A run that was interrupted goes on from its checkpoint; one that is done is not done
    again. Credentials of S3 come from the usual AWS variables, those of gs:// are Google's application default ones.
    """
    from ..local_job import read_local_jobs
    from ..local_run import LocalRun, run_jobs
    from ..output import print_document, say

    jobs = read_local_jobs(file)
    where = LocalRun(claims, _visible_gpus() if gpus is None else gpus, quiet=output is not None)
    for job, ended in run_jobs(jobs, where):
        if output is Format.NAME:
            say(f"transferjob.transferjob.dev/{job.metadata.name}")
        elif output is not None:
            document = {"name": job.metadata.name, **ended.model_dump(mode="json", by_alias=True, exclude_none=True)}
            print_document(document, output)
        else:
            say(_summary(job.metadata.name, ended, claims))


def _visible_gpus() -> int:
    """NVIDIA devices of this machine."""
    return sum(device.name[6:].isdigit() for device in Path("/dev").glob("nvidia*"))


def _summary(name: str, ended: Termination, claims: Path) -> str:
    from transferjob_trainer.contract.metrics_words import metrics_words

    figures = metrics_words(ended.metrics or {})
    uri = ended.result.model_uri if ended.result else ""
    place = str(claims / uri.removeprefix("pvc://")) if uri.startswith("pvc://") else uri
    looks = f"next: transferjob report {place}; transferjob predict {place} PICTURE..."
    return f"{name} succeeded: {figures}\nmodel: {uri}\n{looks}"

"""Transfer learning jobs from Python: build, check, submit, follow, use. Made for notebooks.

    import transferjob

    job = transferjob.Job.build(
        "flowers", backbone="ResNet50", freeze=100,
        dataset="s3://bucket/flowers/", output="s3://bucket/models/flowers/",
    )
    run = transferjob.connect().submit(job)
    for now in run.watch():
        print(now.phase, now.accuracy)
    model = run.result().load_model()

The fields of a job are those of the resource, with the same checks; no cluster is needed to build one or to run it on
this machine with `run_here`. Every error is a `transferjob.Error` with one sentence.
"""

from __future__ import annotations

from transferjob_operator.api.spec import TransferJobSpec
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.api.transfer_job import TransferJob
from transferjob_operator.cli.epochs import Epoch

from .client import Client, connect
from .curves import Curves
from .errors import Error, InvalidJob, JobFailed, NotFound, TimedOut
from .here import run_here
from .job import Job, load
from .result import Result
from .run import Run

__all__ = [
    "Client",
    "Curves",
    "Epoch",
    "Error",
    "InvalidJob",
    "Job",
    "JobFailed",
    "NotFound",
    "Result",
    "Run",
    "TimedOut",
    "TransferJob",
    "TransferJobSpec",
    "TransferJobStatus",
    "connect",
    "load",
    "run_here",
]

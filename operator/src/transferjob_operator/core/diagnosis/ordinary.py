"""Reasons of conditions that tell of nothing wrong, with their meaning: the rest of the generated page."""

from __future__ import annotations

from typing import Final

ORDINARY: Final[dict[str, str]] = {
    "WaitingForPod": "the Job controller is about to make a pod, or has made one a moment ago",
    "WaitingForWorkers": "some of the workers run, and training waits for the others",
    "WaitingForWeights": "the TransferJob that backbone.weightsFrom names is not there or not done",
    "TrainerRunning": "the trainer runs",
    "JobDeleted": "the child Job is being deleted and will be made again",
    "Resuming": "the Job is about to be resumed",
    "SuspendedByUser": "spec.run.suspend is true",
    "Succeeded": "the model is published",
    "ResultUnknown": "the run completed and its pod left no word of the result; latest.json at the output URI names it",
    "NotFinished": "the job has no outcome yet",
    "Finished": "the job has an outcome",
    "NotSuspended": "the job may run",
    "NotStalled": "nothing tells of a stall",
    "NotRunning": "nothing runs that could stall",
}

"""One line for one change: what pipes and log files get instead of a live view."""

from __future__ import annotations

from .fields import Object, integer, number, part, text
from .job import accuracy_of, epoch_words, has_succeeded, name_of, phase_of, reason_of, remaining_words

_SHOW_STAGE_OF = ("Running", "Starting")


def job_line(job: Object) -> str:
    """Name, phase and what is known of the progress; one line without colour."""
    words = [name_of(job), phase_of(job), *_progress(job), *_outcome(job)]
    return " ".join(" ".join(words).split())


def _progress(job: Object) -> list[str]:
    if phase_of(job) not in _SHOW_STAGE_OF:
        return []
    progress = part(job, "status", "progress")
    stage, step, steps = text(progress, "stage"), integer(progress, "step"), integer(progress, "steps")
    loss, remaining = number(progress, "loss"), remaining_words(job)
    return [
        "" if stage == "Training" else stage,
        f"epoch {epoch_words(job)}" if epoch_words(job) else "",
        f"step {step}/{steps}" if step is not None and steps else "",
        f"loss {loss:.4g}" if loss is not None else "",
        _accuracy(job),
        f"eta {remaining}" if remaining else "",
        str(reason_of(job)) if not progress else "",
    ]


def _outcome(job: Object) -> list[str]:
    if phase_of(job) in _SHOW_STAGE_OF:
        return []
    if has_succeeded(job):
        return [_accuracy(job), text(job, "status", "result", "modelURI")]
    return [str(reason_of(job))]


def _accuracy(job: Object) -> str:
    accuracy = accuracy_of(job)
    return f"accuracy {accuracy:.4f}" if accuracy is not None else ""

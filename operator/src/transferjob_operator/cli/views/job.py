"""What a TransferJob object says, in the words of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..durations import format_duration, parse_time
from .fields import Object, integer, mappings, number, part, text

CONDITIONS = ("Running", "Complete", "Failed", "Suspended", "TrainingStalled")
FINAL_PHASES = ("Succeeded", "Failed")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a job is where it is: a CamelCase word and a sentence, both perhaps empty."""

    word: str
    sentence: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.word, self.sentence) if part)


def name_of(job: Object) -> str:
    """The job's name."""
    return text(job, "metadata", "name")


def namespace_of(job: Object) -> str:
    """The job's namespace."""
    return text(job, "metadata", "namespace")


def phase_of(job: Object) -> str:
    """The phase; Pending until the operator has written one."""
    return text(job, "status", "phase") or "Pending"


def is_true(job: Object, condition: str) -> bool:
    """Whether a condition is True."""
    return any(
        text(entry, "type") == condition and text(entry, "status") == "True"
        for entry in mappings(job, "status", "conditions")
    )


def has_succeeded(job: Object) -> bool:
    """The model is published."""
    return is_true(job, "Complete")


def has_failed(job: Object) -> bool:
    """The job has ended without a model."""
    return is_true(job, "Failed")


def is_over(job: Object) -> bool:
    """The job has an outcome."""
    return has_succeeded(job) or has_failed(job)


def reason_of(job: Object) -> Reason:
    """The reason that matters most: of the failure, else of the condition that explains the phase."""
    failure = part(job, "status", "failure")
    if failure:
        return Reason(text(failure, "reason"), text(failure, "message"))
    by_type = {text(entry, "type"): entry for entry in mappings(job, "status", "conditions")}
    for name in ("Failed", "Complete", "TrainingStalled", "Suspended", "Running"):
        entry = by_type.get(name)
        if entry is not None and (text(entry, "status") == "True" or name == "Running"):
            return Reason(text(entry, "reason"), text(entry, "message"))
    if not part(job, "status"):
        return Reason("", "The operator has not looked at this job yet.")
    return Reason("", "")


def freeze_words(job: Object) -> str:
    """The freeze as the spec gives it, such as `100 layers`, `up to conv4`, `half`, `all`."""
    freeze = part(job, "spec", "freeze")
    layers, fraction = integer(freeze, "layers"), number(freeze, "fraction")
    if layers is not None:
        return f"{layers}"
    if fraction is not None:
        return f"{fraction:.0%}"
    if text(freeze, "upTo"):
        return f"<={text(freeze, 'upTo')}"
    for form in ("blocks", "stages"):
        count = integer(freeze, form)
        if count is not None:
            return f"{count} {form}"
    if "auto" in freeze:
        return frozen_words(job) if part(job, "status", "model") else "auto"
    return next((form for form in ("all", "none") if form in freeze), "")


def frozen_words(job: Object) -> str:
    """What is frozen, such as `100/175`, `auto (100)/175`; before the model is built, the freeze as the spec has it."""
    model = part(job, "status", "model")
    frozen, depth = integer(model, "frozenLayers"), integer(model, "depth")
    auto = "auto" in part(job, "spec", "freeze")
    if frozen is None:
        return "auto" if auto else freeze_words(job)
    return f"auto ({frozen})/{depth}" if auto else f"{frozen}/{depth}"


def epoch_words(job: Object) -> str:
    """Such as `3/10`; of a short job that nobody asked while it ran `3` alone."""
    progress = part(job, "status", "progress")
    epoch, epochs = integer(progress, "epoch"), integer(progress, "epochs")
    return "" if epoch is None else f"{epoch}/{epochs}" if epochs else f"{epoch}"


def accuracy_of(job: Object) -> float | None:
    """The best known accuracy: of the result, of the last validation, of the running epoch."""
    status = part(job, "status")
    places = (("result", "metrics", "accuracy"), ("progress", "valAccuracy"), ("progress", "accuracy"))
    return next((value for place in places if (value := number(status, *place)) is not None), None)


def remaining_words(job: Object) -> str:
    """Time to the end of training, as in `3m10s`; empty when nothing is running."""
    seconds = number(job, "status", "progress", "remainingSeconds")
    return format_duration(seconds) if seconds is not None and phase_of(job) == "Running" else ""


def duration_words(job: Object, now: datetime) -> str:
    """Time from the trainer's first start to the end, or to `now`; empty before it."""
    seconds = seconds_of(job, now)
    return format_duration(seconds) if seconds is not None else ""


def seconds_of(job: Object, now: datetime) -> float | None:
    """The same in seconds; of a job that ended without a start, from when the operator took it up."""
    first = parse_time(text(job, "status", "firstStartTime"))
    start = first or (parse_time(text(job, "status", "startTime")) if is_over(job) else None)
    end = parse_time(text(job, "status", "completionTime")) or now
    return (end - start).total_seconds() if start else None


def queued_words(job: Object) -> str:
    """Time from when the operator took the job up to the trainer's first start; empty below a second or before it."""
    seconds = number(job, "status", "queuedSeconds")
    return format_duration(seconds) if seconds else ""


def age_words(job: Object, now: datetime) -> str:
    """Time since the job was made."""
    made = parse_time(text(job, "metadata", "creationTimestamp"))
    return format_duration((now - made).total_seconds()) if made else ""

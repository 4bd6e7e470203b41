"""What to do next: the advice of the table of reasons where the job's message does not give it, else a command."""

from __future__ import annotations

from .fields import Object, mappings, text
from .job import Reason, has_succeeded, name_of, namespace_of, phase_of, reason_of

_BY_PHASE = {
    "Pending": "transferjob status {name}{n} --watch",
    "Starting": "transferjob status {name}{n} --watch",
    "Running": "transferjob logs {name}{n} -f",
    "Restarting": "transferjob status {name}{n} --watch",
    "Failed": "transferjob logs {name}{n}",
    "Suspended": "transferjob resume {name}{n}",
}


def next_step(job: Object) -> str:
    """One sentence or command; empty when there is nothing to do."""
    if has_succeeded(job):
        return _use_the_model(job)
    option = _option(job)
    command = _BY_PHASE.get(phase_of(job), "").format(name=name_of(job), n=option)
    return _advice(reason_of(job)) or command


def _option(job: Object) -> str:
    namespace = namespace_of(job)
    return f" -n {namespace}" if namespace and namespace != "default" else ""


def _advice(reason: Reason) -> str:
    """The operator's own sentences end with it already; those of the trainer do not, nor of an older operator."""
    from ...core.diagnosis.table import find_row  # only the views of one job need it

    row = find_row(reason.word)
    if row is None or row.normal or "{" in row.advice or row.advice in reason.sentence:
        return ""
    return f"{row.advice[:1].upper()}{row.advice[1:]}."


def _use_the_model(job: Object) -> str:
    if not text(job, "status", "result", "modelURI"):
        return ""
    given = f"{name_of(job)}{_option(job)}"
    try_it = f"Try it with transferjob serve {given}; see transferjob report {given}."
    for artifact in mappings(job, "status", "result", "artifacts"):
        if text(artifact, "format") == "Keras" and text(artifact, "uri"):
            return f"{try_it} Or copy {text(artifact, 'uri')} and load it with keras.saving.load_model."
    return f"{try_it} Its .keras file loads with keras.saving.load_model."

"""Everything that is known of a job: its state, its timeline, what runs for it, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ...core.diagnosis.table import find_row
from .events import Told, ago
from .fields import Object, integer, mappings, part, text
from .job import reason_of
from .rows import rows_grid
from .status import status_view

if TYPE_CHECKING:
    from ..children import Children

_MOMENTS = (
    ("metadata", "creationTimestamp", "created"),
    ("status", "startTime", "taken up by the operator"),
    ("status", "firstStartTime", "the trainer ran for the first time"),
    ("status", "completionTime", "ended"),
)
_TOLD_BY_MOMENT = ("Running",)
_SHOWN_EVENTS = 30
_AGO = 12


def description(
    job: Object, children: Children, events: Sequence[Told], why_none: str, now: datetime
) -> RenderableType:
    """The view of a job."""
    parts: list[RenderableType] = [status_view(job, now)]
    parts += _reason(job)
    parts += _heading("children", [_child_line(child) for child in _children(children)])
    parts += _timeline(timeline(job, events), now)
    notes = [f"not shown: {', '.join(children.hidden)}: you have no right to read them"] if children.hidden else []
    parts += [Text(line, style="yellow") for line in [*notes, *([why_none] if why_none else [])]]
    return Group(*parts)


def describe_document(job: Object, children: Children, events: Sequence[Told]) -> dict[str, Any]:
    """The same for machines."""
    row = find_row(reason_of(job).word)
    return {
        "job": {**job, "metadata": {k: v for k, v in job["metadata"].items() if k != "managedFields"}},
        "reason": {"reason": row.reason, "meaning": row.what, "fault": row.fault, "retried": row.retried,
                   "next": row.advice} if row else None,
        "children": [_child(child) for child in _children(children)],
        "timeline": [{"time": time, "what": words} for time, words in timeline(job, events)],
        "events": [event.document() for event in events],
    }  # fmt: skip


def timeline(job: Object, events: Sequence[Told]) -> list[tuple[str, str]]:
    """Moments and words, oldest first: of the status, of conditions that hold, and of Events."""
    moments = [(text(part(job, group), key), words) for group, key, words in _MOMENTS]
    conditions = [
        (text(entry, "lastTransitionTime"), _condition(entry))
        for entry in mappings(job, "status", "conditions")
        if text(entry, "status") == "True" and text(entry, "type") not in _TOLD_BY_MOMENT
    ]
    told = [(event.time, _event(event)) for event in events[-_SHOWN_EVENTS:]]
    return sorted((moment for moment in (*moments, *conditions, *told) if moment[0]), key=lambda moment: moment[0][:19])


def _timeline(moments: Sequence[tuple[str, str]], now: datetime) -> Iterator[RenderableType]:
    if not moments:
        yield from _heading("timeline", ["nothing has happened yet"])
        return
    yield Text("timeline", style="bold")
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", no_wrap=True, min_width=_AGO)
    grid.add_column(overflow="fold", ratio=1)
    for time, words in moments:
        grid.add_row(f"{ago(time, now)} ago", Text(words))
    yield grid


def _condition(entry: Object) -> str:
    words = ": ".join(word for word in (text(entry, "reason"), text(entry, "message")) if word)
    return f"{text(entry, 'type')} ({words})" if words else text(entry, "type")


def _event(event: Told) -> str:
    count = f" (x{event.count})" if event.count > 1 else ""
    return f"{event.about} {event.reason}: {event.message}{count}"


def _reason(job: Object) -> Iterator[RenderableType]:
    row = find_row(reason_of(job).word)
    if row is None:
        return
    retried = {"waits": "goes on by itself", "never": "is not tried again", "counted": "is tried again, within retries",
               "free": "is tried again at no cost"}[row.retried]  # fmt: skip
    yield Text("what the reason means", style="bold")
    told = (("meaning", row.what), ("fault", f"{row.fault.lower()}'s; {retried}"), ("do", row.advice))
    # Braces stand for facts that the job's own message has.
    yield rows_grid((label, Text(value.replace("{", "").replace("}", ""))) for label, value in told)


def _heading(title: str, lines: Iterable[str]) -> Iterator[RenderableType]:
    shown = list(lines)
    if shown:
        yield Text(title, style="bold")
        yield from (Text(f"  {line}", overflow="fold") for line in shown)


def _children(children: Children) -> list[dict[str, Any]]:
    return [{"kind": "Job", **child} for child in children.jobs] + [{"kind": "Pod", **pod} for pod in children.pods]


def _child(child: Object) -> dict[str, str]:
    return {"kind": text(child, "kind"), "name": text(child, "metadata", "name"), "state": _state(child)}


def _child_line(child: Object) -> str:
    named = _child(child)
    return f"{named['kind']}/{named['name']}  {named['state']}"


def _state(child: Object) -> str:
    if text(child, "kind") == "Pod":
        node = text(child, "spec", "nodeName")
        return " ".join(word for word in (text(child, "status", "phase"), f"on {node}" if node else "") if word)
    counts = [f"{integer(child, 'status', key)} {key}" for key in ("active", "succeeded", "failed")
              if integer(child, "status", key)]  # fmt: skip
    suspended = part(child, "spec").get("suspend") is True
    return "suspended" if suspended else ", ".join(counts) or "no pods"

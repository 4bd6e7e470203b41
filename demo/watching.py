"""Shows jobs while they run: a live table on a terminal, one line a change in a pipe."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from demo.steps import console

Status = dict[str, Any]
POLL_SECONDS = 0.5
FINAL = ("Succeeded", "Failed")


class StoryError(Exception):
    """A job of the story did not end as it should; the text says which and why."""


def watch(read: Callable[[str], Status], names: Sequence[str], silence: float) -> dict[str, Status]:
    """Shows the jobs until all have ended, and returns their last status; a slow machine gets the time that it needs.

    Raises StoryError when one fails or none has had news for `silence` seconds.
    """
    show = _live if console.is_terminal else _lines
    states = show(lambda: {name: read(name) for name in names}, _End(silence))
    for name, status in states.items():
        if status.get("phase") != "Succeeded":
            raise StoryError(_why(name, status, silence))
    return states


def _why(name: str, status: Status, silence: float) -> str:
    failure = status.get("failure", {})
    if not failure:
        return f"{name} is {status.get('phase', 'not seen by the operator')}, and no job had news for {silence:g} s"
    return f"{name} failed: {failure.get('reason')}: {failure.get('message')}\n{failure.get('logTail', '')}"


class _End:
    """When there is nothing more to wait for."""

    def __init__(self, silence: float) -> None:
        self._silence, self._last, self._since = silence, [""], time.monotonic()

    def reached(self, states: dict[str, Status]) -> bool:
        """All have ended, or nothing has changed for too long."""
        lines = [_line(status) for status in states.values()]
        if lines != self._last:
            self._last, self._since = lines, time.monotonic()
        over = time.monotonic() > self._since + self._silence
        return over or all(status.get("phase") in FINAL for status in states.values())


def _live(read: Callable[[], dict[str, Status]], end: _End) -> dict[str, Status]:
    with Live(console=console, refresh_per_second=4) as live:
        while True:
            states = read()
            live.update(_table(states))
            if end.reached(states):
                return states
            time.sleep(POLL_SECONDS)


def _lines(read: Callable[[], dict[str, Status]], end: _End) -> dict[str, Status]:
    shown: dict[str, str] = {}
    while True:
        states = read()
        for name, status in states.items():
            line = _line(status)
            if shown.get(name) != line:
                shown[name] = line
                console.print(f"  {name:<13} {line}")
        if end.reached(states):
            return states
        time.sleep(POLL_SECONDS)


def _line(status: Status) -> str:
    progress = status.get("progress") or {}
    words = [str(status.get("phase", "Submitted")), str(progress.get("stage", ""))]
    if progress.get("epoch"):
        words.append(f"epoch {progress['epoch']}/{progress.get('epochs')}")
    if progress.get("valAccuracy") is not None:
        words.append(f"validation accuracy {progress['valAccuracy']:.3f}")
    return "  ".join(word for word in words if word)


def _table(states: dict[str, Status]) -> Table:
    table = Table(
        "job", "phase", "stage", "epoch", "", "loss", "val. accuracy", "seconds left", box=None, pad_edge=False
    )
    for name, status in states.items():
        progress = status.get("progress") or {}
        table.add_row(
            name,
            str(status.get("phase", "Submitted")),
            str(progress.get("stage", "")),
            f"{progress.get('epoch', 0)}/{progress.get('epochs', '?')}",
            ProgressBar(total=100, completed=float(progress.get("percent") or 0), width=24),
            _number(progress.get("loss")),
            _number(progress.get("valAccuracy")),
            _number(progress.get("remainingSeconds"), 0),
        )
    return table


def _number(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}f}"

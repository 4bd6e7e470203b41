"""Shows jobs as they change: redrawn in place on a terminal, one line a change elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from .cluster import Job
from .following import Change
from .output import console, note, say
from .views.job import namespace_of
from .views.line import job_line

ECHO_LINES = 1
"""Below a live view, for the terminal's echo of Ctrl-C."""
_REDRAWS_A_SECOND = 2
_LOST = "The cluster does not answer; trying again."

View = Callable[[datetime, Console], RenderableType]
"""What is drawn at a time on a console."""


class Lines:
    """Says each job once for every line that differs from the one before."""

    def __init__(self, *, with_namespace: bool = False) -> None:
        self._with_namespace = with_namespace
        self._last: dict[str, str] = {}
        self._lost = False

    def show(self, change: Change) -> None:
        """Prints what is new."""
        if change.kind in ("LOST", "SYNCED"):
            self._connection(lost=change.kind == "LOST")
            return
        line = self._prefix(change.job) + job_line(change.job)
        line = f"{line} (deleted)" if change.kind == "DELETED" else line
        uid = change.job["metadata"]["uid"]
        if self._last.get(uid) != line:
            self._last[uid] = line
            say(line)

    def _prefix(self, job: Job) -> str:
        return f"{namespace_of(job)}/" if self._with_namespace else ""

    def _connection(self, *, lost: bool) -> None:
        if lost and not self._lost:
            note(_LOST)
        self._lost = lost


class Screen:
    """Redraws a view in place twice a second, so that times move, and at once on a change."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self.lost = False

    def show(self, change: Change) -> None:
        """Draws what the view says now."""
        if change.kind in ("LOST", "SYNCED"):
            self.lost = change.kind == "LOST"
        self._live.refresh()


@contextmanager
def screen(view: View) -> Iterator[Screen]:
    """A live display of `view`; the last picture stays when the block ends, however it ends."""
    target = console()
    shown: list[Screen] = []

    def picture() -> RenderableType:
        drawn = view(datetime.now(UTC), target)
        lost = bool(shown) and shown[0].lost
        # The last line has room for the terminal's echo of Ctrl-C, which would wrap a full one and shift the picture.
        return Group(drawn, Text(_LOST if lost else "", style="yellow"))

    live = Live(
        get_renderable=picture,
        console=target,
        refresh_per_second=_REDRAWS_A_SECOND,
        vertical_overflow="crop",
        redirect_stdout=False,
        redirect_stderr=False,
    )
    shown.append(Screen(live))
    with live:
        yield shown[0]

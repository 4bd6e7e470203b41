"""Writes the report. It never ends a run: what went wrong with it is said in the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from ..log import RunLog
from .page import report_page
from .story import Story


def write_report(path: Path, story: Callable[[], Story], log: RunLog) -> bool:
    """Writes the page of a story; False where that failed, with nothing left behind.

    Secrets of the storages are masked, as in the log.
    """
    started = monotonic()
    try:
        page = log.mask(report_page(story()))
        path.write_text(page, encoding="utf-8", errors="replace")
    except Exception as error:
        path.unlink(missing_ok=True)
        log.say(f"no report was made: {type(error).__name__}: {error}")
        return False
    log.say(f"report: {len(page) / 1024:,.0f} KiB in {monotonic() - started:.1f} s")
    return True

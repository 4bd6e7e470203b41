"""Steps that say what they do and how long they took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Prints the title, and the seconds when the body is done."""
    started = time.monotonic()
    console.print(f"[bold]{title}[/] ...")
    yield
    console.print(f"  done in {time.monotonic() - started:.1f} s", style="dim")


def act(number: int, title: str, text: str) -> None:
    """Prints the heading of an act of the story."""
    console.print()
    console.rule(f"[bold]{number}. {title}", align="left")
    console.print(text)

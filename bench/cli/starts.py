"""Starts programs again and again and keeps the best of each: what the machine does beside it only adds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

_MAIN = "from transferjob_operator.cli.main import main; main()"
STARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("import typer, rich", "import typer, rich", ()),
    ("--help", _MAIN, ("--help",)),
    ("serve --help", _MAIN, ("serve", "--help")),
    ("backbones ResNet50", _MAIN, ("backbones", "ResNet50")),
    ("version --client", _MAIN, ("version", "--client")),
    ("import transferjob", "import transferjob", ()),
    ("import kubernetes.client", "import kubernetes.client", ()),
)
"""Name, code, arguments; the first is what the others are compared with."""


@dataclass(frozen=True)
class Start:
    """The best of several starts of one program."""

    name: str
    seconds: float
    """Wall clock."""
    cpu_seconds: float
    """User and system time, which other programs disturb less."""


def measure(runs: int, starts: Sequence[tuple[str, str, tuple[str, ...]]] = STARTS) -> list[Start]:
    """Each program `runs` times, in turn."""
    best: dict[str, Start] = {}
    for _ in range(runs):
        for name, code, arguments in starts:
            seconds, cpu = _one(code, arguments)
            before = best.get(name, Start(name, seconds, cpu))
            best[name] = Start(name, min(seconds, before.seconds), min(cpu, before.cpu_seconds))
    return list(best.values())


def _one(code: str, arguments: Sequence[str]) -> tuple[float, float]:
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{code} {' '.join(arguments)} ended with {process.returncode}")
    return time.perf_counter() - started, used.ru_utime + used.ru_stime

"""Serves a published model on this machine: the trainer's server, which does not outlive the command."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .trainer_process import SERVE, env_for, failure, started


@dataclass(frozen=True, slots=True)
class Where:
    """Where the server listens, and how many classes it tells."""

    host: str
    port: int
    top: int


@contextmanager
def serving(uri: str, where: Where, claims: Path | None) -> Iterator[tuple[str, Iterator[str]]]:
    """The URL of a server that answers, and its lines, a request each.

    Raises:
        CliError: there is no model, the address is taken, or the server ended by itself.
    """
    asked = ("--model", uri, "--host", where.host, "--port", str(where.port), "--top", str(where.top))
    with (
        tempfile.TemporaryFile() as errors,
        started(
            SERVE,
            *asked,
            "--until-stdin-closes",
            env=env_for(uri, claims),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        assert process.stdout is not None
        lines = _lines(process, process.stdout, errors)
        yield next(lines), lines


def _lines(process: subprocess.Popen[bytes], stream: IO[bytes], errors: IO[bytes]) -> Iterator[str]:
    for line in stream:
        yield line.decode(errors="replace").rstrip("\n")
    process.wait()
    errors.seek(0)
    raise failure(errors.read().decode(errors="replace"))

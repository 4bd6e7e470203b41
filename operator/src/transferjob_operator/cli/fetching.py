"""Files of a published result, from wherever it lies."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import CliError
from .exit_codes import ExitCode
from .trainer_process import FETCH, ask_trainer, env_for

REPORT, METRICS = "report.html", "metrics.json"


def contents(uri: str, files: Sequence[str], claims: Path | None) -> dict[str, bytes]:
    """What the files that are there hold. Raises CliError when the place cannot be read."""
    with tempfile.TemporaryDirectory(prefix="transferjob-") as folder:
        return {name: Path(folder, name).read_bytes() for name in fetch(uri, files, Path(folder), claims)}


def fetch(uri: str, files: Sequence[str], into: Path, claims: Path | None) -> list[str]:
    """Copies files of a result into a folder; the names of those that are there. Raises CliError."""
    asked = ("--model", uri, "--into", str(into), "--", *files)
    return list(ask_trainer(FETCH, *asked, env=env_for(uri, claims)))


def report_file(uri: str, claims: Path | None, write: Path | None) -> Path:
    """The report of a result as a file of this machine.

    Args:
        uri: of the result's folder.
        claims: folder of the claims that are mounted here.
        write: where to put it; None: nowhere when it lies on this machine, else the user's cache folder.

    Raises:
        CliError: there is none, or the place cannot be read.
    """
    here = _here(uri, claims)
    if write is None and here is not None and here.is_file():
        return here
    data = contents(uri, [REPORT], claims).get(REPORT)
    if data is None:
        raise CliError(f"{uri} has no {REPORT}.", ExitCode.NOT_FOUND)
    path = write or _cached(uri, os.environ)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise CliError(f"Cannot write {str(path)!r}: {error.strerror}.", ExitCode.USAGE) from error
    return path


def _here(uri: str, claims: Path | None) -> Path | None:
    scheme, _, rest = uri.partition("://")
    if scheme == "file":
        return Path("/", rest.lstrip("/"), REPORT)
    return claims / rest / REPORT if scheme == "pvc" and claims is not None and ".." not in rest else None


def _cached(uri: str, environment: Mapping[str, str]) -> Path:
    cache = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "transferjob" / "reports" / f"{hashlib.sha256(uri.encode()).hexdigest()[:16]}.html"

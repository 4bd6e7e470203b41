"""The user's cache folder: what is costly to make is made once, by one process, and appears whole or not at all."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.cluster.progress import say


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/transferjob`, or `~/.cache/transferjob`; made when it is missing."""
    # The XDG rule: a relative value is invalid and to be ignored.
    configured = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(configured) if Path(configured).is_absolute() else Path.home() / ".cache"
    folder = base / "transferjob"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cached(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` in the cache; `make` fills an empty one when it is missing.

    A second process that wants it at the same time waits for the first. Whatever `make` raises leaves nothing behind.
    """
    final = cache_folder() / name
    if final.is_dir():
        return final
    with _locked(final.with_name(f"{name}.lock"), name):
        if not final.is_dir():
            _make(final, make)
    return final


def _make(final: Path, make: Callable[[Path], None]) -> None:
    partial = Path(tempfile.mkdtemp(prefix=f".{final.name}-", dir=final.parent))
    try:
        make(partial)
        partial.chmod(0o755)
        partial.rename(final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def _locked(path: Path, name: str) -> Iterator[None]:
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process that makes {name}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield

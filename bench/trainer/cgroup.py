"""A cgroup with a limit on memory, of either version, for one process."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

_MOUNT = Path("/sys/fs/cgroup")
_MIB = 1 << 20
_LEAVING_SECONDS = 10.0


class NoCgroup(Exception):
    """Why none can be made here."""


@dataclass(frozen=True, slots=True)
class MemoryCgroup:
    """A limited group."""

    folder: Path
    limit_file: str
    peak_file: str

    def command(self, words: Sequence[str]) -> list[str]:
        """A command that runs in the group from its first moment on."""
        return ["sh", "-c", f'echo $$ > "{self.folder}/cgroup.procs" && exec "$@"', "sh", *words]

    @property
    def peak_mib(self) -> int:
        """Most memory that the group had, pages of files included."""
        return int((self.folder / self.peak_file).read_text()) // _MIB

    @property
    def reclaims(self) -> int:
        """How often the limit was met and something had to make way."""
        counter = self.folder / "memory.failcnt"
        if counter.exists():
            return int(counter.read_text())
        events = dict(line.split() for line in (self.folder / "memory.events").read_text().splitlines())
        return int(events["max"])


@contextmanager
def limited_memory(mib: int) -> Iterator[MemoryCgroup]:
    """A group with so much memory, removed when its process is gone.

    Raises:
        NoCgroup: this user, or this machine, cannot make one.
    """
    group = _group(f"transferjob-bench-{os.getpid()}")
    try:
        group.folder.mkdir()
        (group.folder / group.limit_file).write_text(str(mib * _MIB))
    except OSError as error:
        raise NoCgroup(f"no cgroup with a limit on memory can be made here: {error.strerror}") from error
    try:
        yield group
    finally:
        _remove(group.folder)


def _group(name: str) -> MemoryCgroup:
    if (_MOUNT / "memory" / "memory.limit_in_bytes").exists():
        return MemoryCgroup(_MOUNT / "memory" / name, "memory.limit_in_bytes", "memory.max_usage_in_bytes")
    return MemoryCgroup(_MOUNT / name, "memory.max", "memory.peak")


def _remove(folder: Path) -> None:
    """A process that has ended leaves its group a moment later."""
    deadline = monotonic() + _LEAVING_SECONDS
    while True:
        try:
            folder.rmdir()
        except OSError:
            if monotonic() > deadline:
                raise
            sleep(0.05)
        else:
            return

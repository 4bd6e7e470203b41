"""Keeps a folder of entries within a size: the ones that were not used for longest go first, never one in use."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .use import LEASE_SECONDS, file_system_time, in_use, last_used

_KEY = re.compile(r"^[0-9a-f]{64}$")
_TRASH = ".trash-"


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it lies in the folder, whole or not."""

    folder: Path
    bytes: int
    last_used: float
    in_use: bool


def stored_entries(root: Path, *, lease_seconds: float = LEASE_SECONDS) -> list[Stored]:
    """The entries of a folder; nothing else that lies there is looked at."""
    now = file_system_time(root)
    folders = [path for path in root.iterdir() if _KEY.match(path.name) and path.is_dir() and not path.is_symlink()]
    return [
        Stored(path, folder_bytes(path), last_used(path), in_use(path, now, lease_seconds=lease_seconds))
        for path in folders
    ]


def default_limit(root: Path) -> int:
    """Bytes that a cache without a limit of its own may have: half of what the disk would have free without it."""
    facts = os.statvfs(root)
    own = sum(entry.bytes for entry in stored_entries(root))
    return (facts.f_bavail * facts.f_frsize + own) // 2


def room(root: Path, limit: int, keep: str) -> int:
    """Bytes that the entry `keep` may have when all entries but those in use make way."""
    held = sum(entry.bytes for entry in stored_entries(root) if entry.in_use and entry.folder.name != keep)
    return max(0, limit - held)


def make_room(
    root: Path, needed: int, limit: int, keep: str, *, lease_seconds: float = LEASE_SECONDS
) -> tuple[bool, list[Stored]]:
    """Removes entries until the one named `keep` fits with its `needed` bytes.

    Returns whether it does, and what was removed.
    """
    remove_trash(root)
    others = [item for item in stored_entries(root, lease_seconds=lease_seconds) if item.folder.name != keep]
    total = needed + sum(item.bytes for item in others)
    removed: list[Stored] = []
    for entry in sorted((item for item in others if not item.in_use), key=lambda item: item.last_used):
        if total <= limit:
            break
        if _remove(entry.folder, lease_seconds):
            total -= entry.bytes
            removed.append(entry)
    return total <= limit, removed


def remove_trash(root: Path) -> None:
    """Removes what an earlier clean-up was killed over."""
    for path in root.glob(f"{_TRASH}*"):
        shutil.rmtree(path, ignore_errors=True)


def folder_bytes(folder: Path) -> int:
    """Bytes of the files right in a folder."""
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            yield path.stat(follow_symlinks=False).st_size


def _remove(folder: Path, lease_seconds: float) -> bool:
    """Takes the entry out of its place first, so that nobody finds half of it; puts it back when a job had just
    begun to use it."""
    trash = folder.with_name(f"{_TRASH}{folder.name}-{uuid.uuid4().hex}")
    try:
        folder.rename(trash)
    except OSError:
        return False
    if in_use(trash, file_system_time(folder.parent), lease_seconds=lease_seconds):
        with suppress(OSError):
            trash.rename(folder)
            return False
    shutil.rmtree(trash, ignore_errors=True)
    return True

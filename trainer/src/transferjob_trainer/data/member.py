"""Which members of an archive are accepted, and how much may come out of it."""

from __future__ import annotations

import re
from typing import NoReturn

from ..errors import DatasetInvalid
from .source import MAX_FILE_BYTES

MAX_MEMBERS = 2_000_000
MAX_RATIO = 200
"""Pictures hardly shrink; what unpacks to more than this many times its size is a bomb."""
RATIO_SLACK = 256 << 20
"""Small archives may shrink better: they may unpack to this much in any case."""
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\\]")
_LONGEST_NAME = 1024
_SHOWN_NAME = 120


class MemberCheck:
    """Judges the members of one archive in one pass."""

    def __init__(self, archive: str, size: int) -> None:
        self._archive = archive
        self._most = max(RATIO_SLACK, size * MAX_RATIO)
        self._declared = 0
        self._unpacked = 0
        self._names: dict[str, str] = {}

    def accept(self, name: str, size: int, *, folder: bool = False) -> None:
        """Take note of a member. Raises DatasetInvalid when its name or size is not acceptable."""
        self._check_name(name)
        self._check_twins(name, folder)
        if size > MAX_FILE_BYTES:
            self.refuse(name, f"unpacks to {size:,} bytes; at most {MAX_FILE_BYTES:,} are accepted")
        self._declared += size
        if self._declared > self._most:
            self.refuse(name, f"brings the unpacked size over {self._most:,} bytes")

    def unpacked(self, count: int) -> None:
        """Take note of bytes that really came out. Raises DatasetInvalid when they are too many."""
        self._unpacked += count
        if self._unpacked > self._most:
            raise DatasetInvalid(f"The archive {self._archive} unpacks to more than {self._most:,} bytes.")

    def refuse(self, name: str, why: str) -> NoReturn:
        """Raises DatasetInvalid with the member's name."""
        raise DatasetInvalid(f"The archive {self._archive} is refused: its member {name[:_SHOWN_NAME]!r} {why}.")

    def _check_name(self, name: str) -> None:
        if len(name) > _LONGEST_NAME:
            self.refuse(name, f"has a name of {len(name):,} characters; at most {_LONGEST_NAME:,} are accepted")
        if not name:
            self.refuse(name, "has no name")
        if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
            self.refuse(name, "has an absolute path")
        if _UNUSABLE.search(name):
            self.refuse(name, "has a backslash or control character in its name")
        if ".." in name.split("/"):
            self.refuse(name, "climbs out with '..'")

    def _check_twins(self, name: str, folder: bool) -> None:
        path = "/".join(part for part in name.split("/") if part not in ("", "."))
        if not folder and path.casefold() in self._names:
            self.refuse(name, "appears twice, or differs from another only by case")
        while path:
            self._check_twin(name, path)
            path = path.rpartition("/")[0]

    def _check_twin(self, name: str, path: str) -> None:
        twin = self._names.setdefault(path.casefold(), path)
        if twin != path:
            self.refuse(name, f"differs from {twin[:_SHOWN_NAME]!r} only by case")
        if len(self._names) > MAX_MEMBERS:
            self.refuse(name, f"is one too many; at most {MAX_MEMBERS:,} are accepted")

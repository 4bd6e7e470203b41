"""Names of checkpoint files: they hold the order, the writer and the digest, so that a listing says it all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..state import Position

SUFFIX = ".safetensors"
_NAME = re.compile(r"p(\d{3})-e(\d{6})-s(\d{9})\.([A-Za-z0-9-]{1,64})\.([0-9a-f]{64})\.safetensors")
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """Name of a checkpoint. Names compare by how far training was; the rest only makes the order total."""

    phase: int
    epoch: int
    step: int
    attempt: str
    sha256: str
    """Digest of the whole file: a file that was cut, changed or mixed is noticed."""

    @classmethod
    def of(cls, position: Position, attempt: str, sha256: str) -> Name:
        """The name of a state at a position."""
        return cls(position.phase, position.epoch, position.step, plain_id(attempt), sha256)

    @property
    def position(self) -> Position:
        """Where training stood."""
        return Position(phase=self.phase, epoch=self.epoch, step=self.step)

    def __str__(self) -> str:
        place = f"p{self.phase:03d}-e{self.epoch:06d}-s{self.step:09d}"
        return f"{place}.{self.attempt}.{self.sha256}{SUFFIX}"


def parse_name(text: str) -> Name | None:
    """The name behind a file name; None for files that are no checkpoints."""
    match = _NAME.fullmatch(text)
    if match is None:
        return None
    phase, epoch, step, attempt, sha256 = match.groups()
    return Name(int(phase), int(epoch), int(step), attempt, sha256) if int(epoch) else None


def plain_id(identity: str) -> str:
    """A UID as it stands in names of files and folders, never empty."""
    return re.sub(r"[^A-Za-z0-9-]", "-", identity)[:_LONGEST_ID] or "-"

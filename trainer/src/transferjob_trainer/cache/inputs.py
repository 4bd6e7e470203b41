"""What planning, reading and filling work on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..contract.run_file import RunFile
from ..data import OpenDataset
from ..distribute.group import Group
from ..distribute.share import WHOLE, Share
from ..log import RunLog
from ..network import Network
from ..progress_board import ProgressBoard


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Of one run."""

    job: RunFile
    network: Network
    """Built, with the weights that training begins with."""
    opened: OpenDataset
    """The dataset, listed."""
    scratch: Path
    """Folder for a cache on disk that the spec gives no place."""
    board: ProgressBoard
    """Is told how far the filling is."""
    log: RunLog
    """Is told the plan."""
    claims_root: Path | None = None
    """Folder under which each claim is mounted by its name."""
    group: Group | None = None
    """Of several workers."""

    @property
    def share(self) -> Share:
        """This worker's part of each batch."""
        return WHOLE if self.group is None else self.group.share

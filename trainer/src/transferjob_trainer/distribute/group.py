"""The workers of one attempt as training sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..contract.result import Result
from ..contract.run_file import RunFile
from ..errors import DatasetInvalid, PeerLost
from ..progress_board import ProgressBoard
from ..settings import RunSettings
from ..signals import Notice
from .join import join
from .peers import Peers
from .ring import Ring
from .share import Share

PUBLISHING_SECONDS = 7200.0
"""Evaluating, exporting and publishing may take the chief half an hour each before its own watchdog ends it."""

_T = TypeVar("_T")


class Group:
    """One worker's view. All workers call the same methods in the same order; the first failure is the last word."""

    def __init__(self, ring: Ring, share: Share, attempt: str) -> None:
        """Makes a group.

        Args:
            ring: to the others.
            share: rows of a batch that are this worker's.
            attempt: the chief's pod UID.
        """
        self._ring = ring
        self.share, self.attempt = share, attempt
        self.lost: PeerLost | None = None
        """Set when a worker was lost, also inside a compiled function."""
        self._own = Notice()
        self.told_to_end = Notice()
        """Given, for all workers between the same two steps, once one of them was told to end."""

    @property
    def chief(self) -> bool:
        """Whether this worker writes checkpoints and the result."""
        return self.share.index == 0

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        """The sum over all workers, the same bits on each.

        Raises:
            PeerLost: a worker is gone.
        """
        return self._lasting(lambda: self._ring.total(values))

    def tell(self, words: bytes | None = None) -> bytes:
        """The chief's words.

        Raises:
            PeerLost: a worker is gone.
        """
        return self._lasting(lambda: self._ring.tell(words))

    def heed(self, notice: Notice) -> None:
        """From now on the steps agreed on carry this worker's notice to the others."""
        self._own = notice

    def steps(self, wanted: int) -> int:
        """How many steps, or batches to measure on, all workers do next: as many as the chief wants, or one where any
        was told to end.

        Raises:
            PeerLost: a worker is gone.
        """
        count = self._agreed(wanted)
        return 1 if self.told_to_end.given else count

    def silence_is_loss_after(self, seconds: float) -> None:
        """From now on a worker counts as lost when nothing comes from it for so long."""
        self._ring.be_patient(seconds)

    def must_agree(self, dataset_digest: str) -> None:
        """All workers must see the same dataset: a step's examples are numbers of its rows.

        Raises:
            DatasetInvalid: this worker sees another one than the chief.
            PeerLost: a worker is gone.
        """
        chiefs = self.tell(dataset_digest.encode()).decode()
        if chiefs != dataset_digest:
            raise DatasetInvalid(
                f"worker {self.share.index} reads the dataset {dataset_digest[:12]} and worker 0 {chiefs[:12]}:"
                " spec.dataset.uri must hold the same pictures for all workers and not change while a job runs"
            )

    def compared(self, own: str) -> tuple[str, bool]:
        """The chief's words, and whether all workers say the same.

        Raises:
            PeerLost: a worker is gone.
        """
        chiefs = self.tell(own.encode()).decode()
        others = self.total(np.array([own != chiefs], np.float64))
        return chiefs, not others[0]

    def publish(self, result: Result) -> None:
        """The chief tells that the result is there. Who is gone by then needs no telling."""
        try:
            self.tell(result.model_dump_json(by_alias=True).encode())
        except PeerLost:
            return

    def published(self) -> Result:
        """The chief's result, once it is published.

        Raises:
            PeerLost: the chief is gone before it was.
        """
        self._ring.be_patient(PUBLISHING_SECONDS)
        return Result.model_validate_json(self.tell())

    def close(self) -> None:
        """Leaves the group; the others notice at once."""
        self._ring.close()

    def _agreed(self, wanted: int) -> int:
        told = self._own.given is not None
        count, ending = self.total(np.array([wanted if self.chief else 0, told], np.float64))
        if ending:
            self.told_to_end.given = self.told_to_end.given or self._own.given or monotonic()
        return int(count)

    def _lasting(self, exchange: Callable[[], _T]) -> _T:
        if self.lost is not None:
            raise self.lost
        try:
            return exchange()
        except PeerLost as error:
            self.lost = error
            raise


@contextmanager
def joined(peers: Peers | None, job: RunFile, settings: RunSettings, board: ProgressBoard) -> Iterator[Group | None]:
    """The group of this attempt, while the body runs; None for a worker that is alone.

    Raises:
        PeerLost: the workers did not come together.
    """
    if peers is None:
        yield None
        return
    ring, attempt = join(peers, settings.address, job.job.uid, settings.pod_uid, board.moved)
    group = Group(ring, peers.share, attempt)
    try:
        yield group
    finally:
        group.close()

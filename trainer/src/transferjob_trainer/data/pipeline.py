"""Read and decode all pictures, in threads, straight into one array."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import numpy as np

from ..container import cores
from ..contract.image_input import ResizeSpec
from ..storage import Entry
from .decode import BrokenImage, decode
from .fit import fit
from .source import MAX_FILE_BYTES, Fetch, LabelledSource
from .types import Images

ProgressCallback = Callable[[int, int], None]

_MOST_READERS = 32
_MOST_DECODERS = 16


@dataclass(slots=True)
class Decoded:
    """Pictures in the order they were asked for; rows of broken ones hold nothing of meaning."""

    images: Images
    tags: dict[str, str]
    """Path to tag, or to the sha256 of the content where the source has no tags."""
    broken: dict[str, str] = field(default_factory=dict)
    """Path to reason."""


class Pipeline:
    """One pass over a source."""

    def __init__(
        self,
        source: LabelledSource,
        entries: Sequence[Entry],
        height: int,
        width: int,
        *,
        how: ResizeSpec,
        most_broken: int,
    ) -> None:
        self._source, self._entries = source, entries
        self._row = {entry.path: row for row, entry in enumerate(entries)}
        self._height, self._width, self._how = height, width, how
        self._most_broken = most_broken
        self._result = Decoded(
            np.empty((len(entries), height, width, 3), np.uint8), {entry.path: entry.tag for entry in entries}
        )
        # Reading waits for the storage, decoding for a processor; decoders hold large buffers.
        processors = cores()
        self._readers = min(_MOST_READERS, 8 + 2 * processors)
        self._decoding = threading.BoundedSemaphore(min(_MOST_DECODERS, processors))

    def run(self, progress: ProgressCallback) -> Decoded:
        """Read all; ends early when more than `most_broken` pictures are broken."""
        pool = ThreadPoolExecutor(self._readers, thread_name_prefix="decode")
        try:
            self._feed(pool, progress)
        finally:
            pool.shutdown(cancel_futures=True)
        return self._result

    def _feed(self, pool: ThreadPoolExecutor, progress: ProgressCallback) -> None:
        pending: set[Future[None]] = set()
        started = 0
        for path, fetch in self._source.contents(self._row):
            pending.add(pool.submit(self._one, path, fetch))
            started += 1
            if len(pending) >= 2 * self._readers:
                pending = _settle(pending)
                progress(started - len(pending), len(self._row))
            if len(self._result.broken) > self._most_broken:
                return
        while pending:
            pending = _settle(pending)
            progress(started - len(pending), len(self._row))

    def _one(self, path: str, fetch: Fetch) -> None:
        data = fetch()
        # Two threads never write the same row or key.
        if not self._result.tags[path]:
            self._result.tags[path] = hashlib.sha256(data if isinstance(data, bytes) else data.tobytes()).hexdigest()
        try:
            self._result.images[self._row[path]] = self._decode(data)
        except BrokenImage as error:
            self._result.broken[path] = str(error)

    def _decode(self, data: bytes | Images) -> Images:
        if not isinstance(data, bytes):
            with self._decoding:
                return fit(data, self._height, self._width, self._how)
        if len(data) > MAX_FILE_BYTES:
            raise BrokenImage(f"larger than {MAX_FILE_BYTES:,} bytes")
        with self._decoding:
            return decode(data, self._height, self._width, self._how)


def _settle(pending: set[Future[None]]) -> set[Future[None]]:
    """Wait for some; raises what went wrong in one."""
    done, rest = wait(pending, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    return rest

"""Who the workers of an attempt are, as the environment tells it."""

from __future__ import annotations

from dataclasses import dataclass

from ..contract import environment as names
from ..errors import InvalidSpec
from ..settings import RunSettings
from .share import Share

MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Peers:
    """The workers in the order of their indices."""

    index: int
    """Which one this is; 0 is the chief."""
    places: tuple[tuple[str, int], ...]
    """Host and port of each."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.places)

    @property
    def share(self) -> Share:
        """Rows of a batch that are this worker's."""
        return Share(self.index, self.count)


def read_peers(settings: RunSettings) -> Peers | None:
    """The peers; None where a worker is alone.

    Raises:
        InvalidSpec: the environment contradicts itself; the sentence names the variable.
    """
    count = _number(names.WORKERS, settings.workers or "1", least=1)
    if count == 1:
        return None
    places = tuple(_place(entry.strip()) for entry in (settings.peers or "").split(",") if entry.strip())
    if len(places) != count:
        raise InvalidSpec(f"{names.PEERS} lists {len(places)} workers and {names.WORKERS} says {count}")
    index = _number(names.COMPLETION_INDEX, settings.worker_index or "", least=0)
    if index >= count:
        raise InvalidSpec(f"{names.COMPLETION_INDEX} must be less than the number of workers, {count}, got {index}")
    return Peers(index, places)


def check_batch(batch_size: int, workers: int, gpus: int) -> None:
    """Every GPU of every worker needs a row of each batch.

    Raises:
        InvalidSpec: the batch is too small.
    """
    devices = workers * max(1, gpus)
    if batch_size < devices:
        raise InvalidSpec(
            f"spec.training.batchSize is the batch of all workers together and must be at least {devices}, one picture"
            f" for each GPU of {workers} workers, got {batch_size}; raise it or ask for fewer workers or GPUs"
        )


def _place(entry: str) -> tuple[str, int]:
    host, _, port = entry.partition(":")
    number = _number(names.PEERS, port, least=1) if port else names.PEER_PORT
    if not host or number > MAX_PORT:
        raise InvalidSpec(f"{names.PEERS} must list HOST or HOST:PORT with a port up to {MAX_PORT}, got {entry!r}")
    return host, number


def _number(name: str, text: str, *, least: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else -1
    if number < least:
        raise InvalidSpec(f"{name} must hold a number of at least {least}, got {text!r}")
    return number

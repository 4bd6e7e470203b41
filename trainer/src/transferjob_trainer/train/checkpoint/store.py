"""Checkpoints in a storage.

One file a checkpoint, named by its place in training and its own digest, never rewritten. The newest is the one that is
furthest in training: neither clocks nor turns decide, so an attempt that was believed dead and still writes can add
states but never replace a newer one (docs/adr/0016).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from ...contract.report import CheckpointReport
from ...digests import file_digest
from ...errors import StorageDenied
from ...storage import Storage
from ..state import TrainingState
from .document import CheckpointDocument, Origin
from .format import BrokenCheckpoint, read_file, write_file
from .names import Name, parse_name, plain_id

KEPT = 2
"""Newest checkpoints that are kept: should one not be readable, there is another."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint that was read back."""

    report: CheckpointReport
    attempt: str
    """Which attempt wrote it."""
    state: TrainingState
    """What training goes on from."""


class CheckpointStore:
    """The checkpoints of one run of one job, in a folder of their own below the job's folder."""

    def __init__(self, storage: Storage, origin: Origin, attempt: str, scratch: Path, say: Say) -> None:
        """Makes a store; nothing is asked of the storage yet.

        Args:
            storage: where all jobs' checkpoints are.
            origin: what the states belong to.
            attempt: the pod's UID.
            scratch: folder of this machine for files on their way.
            say: takes a line for the log.
        """
        self._storage, self._origin, self._attempt = storage, origin, attempt
        self._scratch, self._say = scratch, say
        self._job_folder = plain_id(origin.job.uid)
        self._folder = f"{self._job_folder}/{origin.digest[:16]}"
        self._broken: set[Name] = set()
        self._own: Name | None = None

    @property
    def uri(self) -> str:
        """The folder of this run's checkpoints."""
        return self._storage.uri(self._folder)

    def save(self, state: TrainingState, time: float) -> CheckpointReport:
        """Writes a state, whole or not at all, and removes what is no longer needed.

        Args:
            state: the state.
            time: Unix time at which it was captured.

        Raises:
            StorageDenied, StorageUnavailable: the storage says no, or nothing; nothing is removed then.
        """
        document = CheckpointDocument(origin=self._origin, attempt=self._attempt, time=time, training=state.document)
        with _temporary(self._scratch) as path:
            with path.open("wb") as file:
                write_file(file, document.model_dump_json(by_alias=True), state.arrays)
            name = Name.of(state.document.position, self._attempt, file_digest(path))
            self._storage.write_new(self._path(name), path)
        self._own = name
        self._remove_old()
        return self._report(name, time)

    def newest(self) -> Checkpoint | None:
        """The newest checkpoint of this run that is whole; those that are not are passed over, with a line each.

        Raises:
            StorageDenied, StorageUnavailable: the storage says no, or nothing.
        """
        names = sorted(self._names(), reverse=True)
        for name in names:
            try:
                return self._read(name)
            except BrokenCheckpoint as error:
                self._broken.add(name)
                self._say(f"checkpoint {self._storage.uri(self._path(name))} is passed over: {error}")
        if not names and any(parse_name(Path(each.path).name) for each in self._storage.list(self._job_folder)):
            self._say("checkpoints of this job for another run file, dataset or TensorFlow are not used")
        return None

    def clear(self) -> None:
        """Removes all checkpoints of the job: its result is published."""
        self._storage.delete_folder(self._job_folder)

    def _remove_old(self) -> None:
        """All but the newest and our own newest.

        Also right by an outdated listing: what is removed had KEPT newer ones, which are removed only when they have
        newer ones themselves.
        """
        names = sorted(self._names() - self._broken, reverse=True)
        for name in names[KEPT:]:
            if name != self._own:
                self._storage.delete(self._path(name))
        for name in self._broken:
            self._storage.delete(self._path(name))
        self._broken.clear()

    def _names(self) -> set[Name]:
        entries = self._storage.list(self._folder)
        names = (parse_name(entry.path.removeprefix(f"{self._folder}/")) for entry in entries)
        return {name for name in names if name is not None}

    def _read(self, name: Name) -> Checkpoint:
        path = self._path(name)
        with _temporary(self._scratch) as local:
            self._download(path, local)
            if file_digest(local) != name.sha256:
                raise BrokenCheckpoint("its content is not what its name says")
            text, arrays = read_file(local)
        document = _document(text)
        if document.origin != self._origin or document.training.position != name.position:
            raise BrokenCheckpoint("it belongs to another run")
        state = TrainingState(document.training, arrays)
        return Checkpoint(self._report(name, document.time), document.attempt, state)

    def _download(self, path: str, to: Path) -> None:
        try:
            self._storage.download(path, to)
        except StorageDenied:
            # An older attempt that still runs may have removed it since it was listed.
            if self._storage.exists(path):
                raise
            raise BrokenCheckpoint("it was removed meanwhile") from None

    def _report(self, name: Name, time: float) -> CheckpointReport:
        uri = self._storage.uri(self._path(name))
        return CheckpointReport(uri=uri, epoch=name.epoch, step=name.step, time=time)

    def _path(self, name: Name) -> str:
        return f"{self._folder}/{name}"


def _document(text: str) -> CheckpointDocument:
    try:
        return CheckpointDocument.model_validate_json(text)
    except ValidationError as error:
        raise BrokenCheckpoint(f"its document has {error.error_count()} errors") from None


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """A path for a file that is removed afterwards, whatever became of it."""
    path = folder / f"checkpoint-{uuid4().hex}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)

"""One entry on disk, from the moment a job opens it to the moment the job ends.

Any number of jobs may fill an entry at once, each the chunks that are missing: no one waits, and no one's death is
noticed. See docs/adr/0019.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .chunk import FORMAT, BrokenChunk, read_chunk, write_chunk
from .features import MappedFeatures
from .manifest import NAME, Facts, Manifest, read_manifest, write_manifest
from .spec import EntrySpec, TensorSpec
from .use import Use

Say = Callable[[str], None]

_SAMPLES = "pictures.bin"
_READERS = 4


class CacheUnavailable(Exception):
    """The cache's folder cannot be used; the run goes on without it. The text says why."""


class DiskEntry:
    """The entry of a spec in its folder."""

    def __init__(self, folder: Path, spec: EntrySpec, say: Say) -> None:
        """Opens or makes the entry and checks every chunk that is there; broken ones are told and removed.

        Raises:
            CacheUnavailable: the folder cannot be read or written.
        """
        self.spec, self._folder, self._say = spec, folder, say
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._use = Use(folder)
            self._checked = self._check(range(spec.chunks))
        except OSError as error:
            raise CacheUnavailable(f"{folder.name[:12]}: {error.strerror or error}") from error
        self._manifest = self._matching_manifest()

    @property
    def facts(self) -> Facts | None:
        """What the manifest says of the pictures; None as long as the entry is not finished."""
        return None if self._manifest is None else self._manifest.facts

    def missing(self) -> list[int]:
        """Chunks that nobody has written yet."""
        present = {path.name for path in self._folder.iterdir()}
        return [chunk for chunk in range(self.spec.chunks) if _name(chunk) not in present]

    def put(self, chunk: int, arrays: Sequence[NDArray[Any]]) -> None:
        """Writes the rows of a chunk, unless another job was faster.

        Raises:
            CacheUnavailable: the disk is full or gone.
        """
        try:
            write_chunk(self._folder / _name(chunk), self.spec, chunk, arrays)
        except OSError as error:
            raise CacheUnavailable(f"the feature cache cannot be written: {error.strerror or error}") from error

    def finish(self, facts: Facts, samples: NDArray[np.uint8], made_from: dict[str, Any]) -> None:
        """Writes a few pictures and then the manifest; every chunk must be there.

        Raises:
            CacheUnavailable: a chunk is gone or broken again, or the disk is full.
        """
        try:
            digests = self._all_checked()
            kept = self._write_samples(samples)
            manifest = Manifest(
                format=FORMAT, key=self.spec.key, chunks=digests, samples=kept, facts=facts, made_from=made_from
            )
            write_manifest(self._folder, manifest)
        except OSError as error:
            raise CacheUnavailable(f"the feature cache cannot be written: {error.strerror or error}") from error
        self._manifest = manifest

    def withdraw(self) -> None:
        """Takes the rows from everybody else, since they are not those of the key; this job has mapped them.

        Raises:
            CacheUnavailable: a chunk is gone or broken again, or the disk is gone.
        """
        try:
            self._all_checked()
            for name in (NAME, *map(_name, range(self.spec.chunks))):
                (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise CacheUnavailable(f"the feature cache cannot be written: {error.strerror or error}") from error

    def features(self) -> MappedFeatures:
        """The rows of an entry that was found whole, finished or withdrawn."""
        assert len(self._checked) == self.spec.chunks, "the entry is not filled"
        return MappedFeatures(self.spec, [self._checked[chunk][1] for chunk in range(self.spec.chunks)])

    def samples(self) -> NDArray[np.uint8]:
        """The pictures that were kept, [n, height, width, 3].

        Raises:
            CacheUnavailable: they are gone or broken.
        """
        assert self._manifest is not None, "the entry is not finished"
        spec = _sample_spec(self.spec, self._manifest.samples)
        try:
            _, mapped = read_chunk(self._folder / _SAMPLES, spec, 0)
        except (OSError, BrokenChunk) as error:
            raise CacheUnavailable(f"the pictures of the feature cache cannot be read: {error}") from error
        (pixels,) = MappedFeatures(spec, [mapped]).rows(np.arange(spec.rows))
        return pixels

    def close(self) -> None:
        """Lets the clean-up have the entry."""
        self._use.close()

    def _write_samples(self, pixels: NDArray[np.uint8]) -> tuple[int, ...]:
        spec = _sample_spec(self.spec, pixels.shape)
        kept = pixels[: spec.chunk_rows]
        path = self._folder / _SAMPLES
        # Those of an earlier filling may be broken.
        path.unlink(missing_ok=True)
        write_chunk(path, _sample_spec(self.spec, kept.shape), 0, [kept])
        return kept.shape

    def _all_checked(self) -> tuple[str, ...]:
        """Digests of all chunks, those that were not looked at before checked now."""
        self._checked.update(self._check([chunk for chunk in range(self.spec.chunks) if chunk not in self._checked]))
        if len(self._checked) < self.spec.chunks:
            raise CacheUnavailable("chunks of the feature cache vanished while it was filled")
        return tuple(self._checked[chunk][0] for chunk in range(self.spec.chunks))

    def _check(self, chunks: Sequence[int]) -> dict[int, tuple[str, mmap.mmap]]:
        with ThreadPoolExecutor(_READERS, thread_name_prefix="cache-check") as pool:
            found = zip(chunks, pool.map(self._check_one, chunks), strict=True)
            return {chunk: item for chunk, item in found if item is not None}

    def _check_one(self, chunk: int) -> tuple[str, mmap.mmap] | None:
        path = self._folder / _name(chunk)
        try:
            return read_chunk(path, self.spec, chunk)
        except FileNotFoundError:
            return None
        except BrokenChunk as error:
            self._discard(chunk, str(error))
            return None

    def _discard(self, chunk: int, reason: str) -> None:
        rows = self.spec.chunk_range(chunk)
        self._say(f"feature cache: the file of rows {rows.start} to {rows.stop - 1} {reason}; it is computed again")
        (self._folder / NAME).unlink(missing_ok=True)
        (self._folder / _name(chunk)).unlink(missing_ok=True)

    def _matching_manifest(self) -> Manifest | None:
        """The manifest, if it fits the chunks that were checked."""
        if len(self._checked) < self.spec.chunks:
            return None
        manifest = read_manifest(self._folder, self.spec)
        if manifest is None:
            return None
        for chunk, digest in enumerate(manifest.chunks):
            if self._checked[chunk][0] != digest:
                self._say("feature cache: the manifest lists other content than is there; it is written again")
                return None
        return manifest


def _name(chunk: int) -> str:
    return f"rows-{chunk:06d}.bin"


def _sample_spec(spec: EntrySpec, shape: Sequence[int]) -> EntrySpec:
    return EntrySpec(spec.key, shape[0], (TensorSpec("pixels", tuple(shape[1:]), "uint8"),))

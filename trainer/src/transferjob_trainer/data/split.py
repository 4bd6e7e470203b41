"""Which pictures are set aside to measure on."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping


def validation_paths(paths: Iterable[str], labels: Mapping[str, int], fraction: float, seed: int) -> frozenset[str]:
    """The paths of the validation side: this share of each class, at least one, and at least one is left.

    A function of seed and paths alone: the order of the listing does not matter.
    """
    by_class: dict[int, list[str]] = defaultdict(list)
    for path in paths:
        by_class[labels[path]].append(path)
    chosen = (
        sorted(members, key=lambda path: _rank(seed, path))[: _share(len(members), fraction)]
        for members in by_class.values()
    )
    return frozenset(path for members in chosen for path in members)


def _share(count: int, fraction: float) -> int:
    return min(count - 1, max(1, round(count * fraction)))


def _rank(seed: int, path: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{path}".encode(errors="surrogateescape")).digest()

"""The runs of the comparison, and what is known of them already."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ..phases.pictures import KNOWN, NEW
from ..phases.runs import BACKBONE, kept_backbone, transfer
from .cases import BACKBONES, BATCH, CHOICE, RATES, SEARCH_SEED, SEEDS, TRANSFER, WAYS, Case

Run = Callable[[Path], None]
"""Does one run in a folder."""


class Pictures(Protocol):
    """Where pictures come from."""

    def write(self, folder: Path, labels: range, first: int, count: int) -> Path:
        """Writes `count` pictures of each class from number `first` on."""


class Study:
    """Accuracy by run, kept in a file.

    Args:
        path: The file.
        sources: Pictures by name.
        folder: Where the backbones are kept from one call to the next.
    """

    def __init__(self, path: Path, sources: Mapping[str, Pictures], folder: Path) -> None:
        self._path, self._sources, self._folder = path, sources, folder.resolve()
        self._rows: dict[str, float] = json.loads(path.read_text())["accuracy"] if path.exists() else {}

    def missing(self, case: Case) -> Iterator[Run]:
        """Runs of a case that are not known yet; each way's search for its rate comes first."""
        for way in WAYS:
            for rate in RATES:
                yield from self._unknown(case, _search(case, way, rate), way, SEARCH_SEED, rate)
        for seed in SEEDS:
            for way in WAYS:
                yield from self._unknown(case, _row(case, way, seed), way, seed, self.best_rate(case, way))

    def best_rate(self, case: Case, way: str) -> float:
        """The rate with which a way did best on the draw of the search."""
        return max(RATES, key=lambda rate: self._rows[_search(case, way, rate)])

    def accuracies(self, case: Case, way: str) -> list[float]:
        """Accuracy of each draw."""
        return [self._rows[_row(case, way, seed)] for seed in SEEDS]

    def _unknown(self, case: Case, row: str, way: str, seed: int, rate: float) -> Iterator[Run]:
        if row not in self._rows:
            phase = {"name": "all", "epochs": case.epochs, "learningRate": rate, "schedule": {"name": "Cosine"}}
            training = {"phases": [phase], "batchNormalization": "Train", "seed": seed, "batchSize": BATCH, **CHOICE}
            yield partial(self._run, case, row, way, training)

    def _run(self, case: Case, row: str, way: str, training: dict[str, Any], folder: Path) -> None:
        count = case.labels + case.test
        pictures = folder / f"{case.pictures}-{count}-{training['seed']}"
        if not pictures.exists():
            self._sources[case.pictures].write(pictures, NEW, training["seed"] * count, count)
        weights = f"file://{self._backbone(case.pictures)}" if way == TRANSFER else "none"
        place = folder / row.replace(" ", "-").replace(",", "")
        result = transfer(place, pictures, case.labels, weights, {"none": True}, training, case.test)
        shutil.rmtree(place)
        self._rows[row] = result["metrics"]["accuracy"]
        print(f"{row}: {self._rows[row]:.1%}", flush=True)
        self._write()

    def _backbone(self, name: str) -> Path:
        about, source = BACKBONES[name], self._sources[name]
        known = partial(source.write, labels=KNOWN, first=0, count=about.pictures)
        return kept_backbone(self._folder / f"{name}.weights.h5", self._folder / name, known, about.epochs)

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".new")
        about = {name: asdict(backbone) for name, backbone in BACKBONES.items()}
        temporary.write_text(json.dumps({"net": BACKBONE, "backbones": about, "accuracy": self._rows}, indent=2))
        temporary.replace(self._path)


def _row(case: Case, way: str, seed: int) -> str:
    return f"{case.pictures}, {case.labels} labels, {way}, seed {seed}"


def _search(case: Case, way: str, rate: float) -> str:
    return f"{case.pictures}, {case.labels} labels, {way}, search, rate {rate:g}"

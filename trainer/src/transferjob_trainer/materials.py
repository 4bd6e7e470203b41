"""What a run and an advice are made of: the backbone as built, the dataset as listed, a folder for the while."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from .backbones import build_backbone, build_graph
from .checks import input_size
from .contract.run_file import RunFile
from .data import OpenDataset, PictureFormat, open_dataset
from .errors import DatasetInvalid
from .imagenet import find_imagenet
from .log import RunLog
from .precision import dtype_policy
from .settings import RunSettings
from .storage import open_storage
from .weights import fetch_weights


@contextmanager
def scratch_folder(where: Path) -> Iterator[Path]:
    """A folder for this run; a checkpoint that hangs on its way may still be written into it at the end."""
    with tempfile.TemporaryDirectory(prefix="transferjob-", dir=where, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def fetched_weights(job: RunFile, settings: RunSettings, scratch: Path) -> Path | None:
    """The file of the weights; None where they are random or Keras downloads them."""
    named = fetch_weights(job.backbone, settings.output_credentials, settings.claims_root, scratch)
    return named or find_imagenet(job.backbone, input_size(job), settings, scratch)


def built_backbone(job: RunFile, weights: Path | None = None) -> Any:
    """The backbone of a job, as a graph alone where a file has its weights; whatever is drawn at random from now on
    follows from the job's seed."""
    import keras

    keras.utils.set_random_seed(job.training.seed)
    build = build_backbone if weights is None else build_graph
    return build(job.backbone, *input_size(job), dtype_policy(job.training, job.gpus))


@contextmanager
def listed_dataset(job: RunFile, settings: RunSettings, scratch: Path, log: RunLog) -> Iterator[OpenDataset]:
    """The dataset of a job, listed; raises what data.open_dataset raises."""
    height, width = input_size(job)
    log.say(f"listing {job.dataset.uri}")
    opener = partial(
        open_storage,
        credentials=settings.dataset_credentials,
        claims_root=settings.claims_root,
        absent=DatasetInvalid,
    )
    with open_dataset(
        job.dataset,
        PictureFormat(height, width, job.input.resize),
        seed=job.training.seed,
        storage_factory=opener,
        scratch=scratch,
        expected_classes=job.head.classes,
        keras_home=settings.keras_home,
    ) as opened:
        log.say(opened.catalogue.layout.seen)
        yield opened

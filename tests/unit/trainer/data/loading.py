"""Calls of load_dataset with a test's defaults."""

from functools import partial
from pathlib import Path
from typing import Any

from transferjob_trainer.contract.dataset import DatasetSpec
from transferjob_trainer.contract.image_input import ResizeSpec
from transferjob_trainer.data import Dataset, load_dataset
from transferjob_trainer.errors import DatasetInvalid
from transferjob_trainer.storage import Credentials, open_storage


def load(uri: str | Path, scratch: Path, *, spec: dict[str, Any] | None = None, **options: Any) -> Dataset:
    """Load at 32x32 with seed 7 unless told otherwise; a Path becomes a file:// URI."""
    text = f"file://{uri}" if isinstance(uri, Path) else uri
    document = DatasetSpec.model_validate({"uri": text, **(spec or {})})
    defaults: dict[str, Any] = {
        "height": 32,
        "width": 32,
        "resize": ResizeSpec(),
        "seed": 7,
        "storage_factory": partial(open_storage, credentials=Credentials(), absent=DatasetInvalid),
    }
    return load_dataset(document, scratch=scratch, **{**defaults, **options})

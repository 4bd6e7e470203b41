"""From a dataset's URI to decoded pictures in memory."""

from .catalogue import Catalogue
from .load import OpenDataset, PictureFormat, load_dataset, open_dataset
from .types import Dataset, Examples, SkippedFile

__all__ = [
    "Catalogue",
    "Dataset",
    "Examples",
    "OpenDataset",
    "PictureFormat",
    "SkippedFile",
    "load_dataset",
    "open_dataset",
]

"""From a dataset's URI to decoded pictures in memory."""

from .load import load_dataset
from .types import Dataset, Examples, SkippedFile

__all__ = ["Dataset", "Examples", "SkippedFile", "load_dataset"]

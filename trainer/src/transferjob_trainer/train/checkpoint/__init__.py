"""Checkpoints: states from which an interrupted run goes on, written beside the training and found again by order."""

from .document import CheckpointDocument, Origin, origin_of
from .store import Checkpoint, CheckpointStore
from .writer import CheckpointWriter

__all__ = ["Checkpoint", "CheckpointDocument", "CheckpointStore", "CheckpointWriter", "Origin", "origin_of"]

"""What a work queue tells about itself."""

from __future__ import annotations

from typing import Protocol


class QueueMetrics(Protocol):
    """Takes the queue's figures; called under the queue's lock, so it must be quick."""

    def depth(self, keys: int) -> None:
        """So many keys are queued."""

    def waited(self, seconds: float) -> None:
        """A key was handed out after so long in the queue."""

    def retried(self) -> None:
        """A key was queued again because its work failed."""


class SilentQueueMetrics:
    """Takes them and does nothing."""

    def depth(self, keys: int) -> None:
        """Does nothing."""

    def waited(self, seconds: float) -> None:
        """Does nothing."""

    def retried(self) -> None:
        """Does nothing."""

"""Decides when a state is kept: by time, at the end of training, and when the run is told to end."""

from __future__ import annotations

from time import monotonic
from typing import Protocol

from ...signals import Notice, Terminated
from ..state import TrainingState
from .writer import CheckpointWriter

WORTH_SECONDS = 10.0
"""Training of less than this is sooner repeated than kept, once training is over."""
SHARE_OF_GRACE = 0.8
"""Of the grace period, for the last checkpoint; the rest is for the message about it."""


class Captured(Protocol):
    """A training whose state can be copied between two steps."""

    def capture(self) -> TrainingState:
        """The state as it stands."""
        ...


class Keeper:
    """A hook of the session."""

    def __init__(self, writer: CheckpointWriter, notice: Notice, *, every: float, grace: float) -> None:
        """Makes a keeper; its first interval begins now.

        Args:
            writer: writes what is kept.
            notice: tells when the run is to end.
            every: seconds between checkpoints.
            grace: seconds from being told to end to being killed.
        """
        self._writer, self._notice = writer, notice
        self._every, self._grace = every, grace
        self._last = monotonic()

    def __call__(self, session: Captured) -> None:
        """Between two steps: keeps the state when it is time.

        Raises:
            Terminated: the run was told to end; the state is kept as far as the grace period allows.
        """
        if self._notice.given:
            self._keep(session)
            self._writer.finish(self._notice.given + SHARE_OF_GRACE * self._grace - monotonic())
            raise Terminated
        if self._since() >= self._every and self._writer.idle:
            self._keep(session)

    def trained(self, session: Captured) -> None:
        """After the last step: what follows may be interrupted too."""
        if self._since() >= min(WORTH_SECONDS, self._every):
            self._keep(session)

    def alone(self, session: Captured) -> None:
        """After the last step that could be done with the other workers: it has cost the time of all."""
        self._keep(session)

    def _since(self) -> float:
        return monotonic() - self._last

    def _keep(self, session: Captured) -> None:
        self._last = monotonic()
        self._writer.submit(session.capture())

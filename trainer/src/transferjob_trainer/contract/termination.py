"""The termination message: how an attempt ended, in at most 2,048 bytes."""

from __future__ import annotations

from pydantic import ValidationError

from .advice import AdviceReport
from .base import Sha256, TolerantDocument
from .report import CheckpointReport, DatasetReport, ModelReport
from .result import Artifact

MAX_TERMINATION_BYTES = 2048
DROP_ORDER = ("log_tail", "advice", "dataset", "model", "artifacts", "metrics", "checkpoint")
"""What is left out first when the message is too long; then the sentence is cut. The advice has been told by the
progress document, and stands whole in result.json."""


class PublishedResult(TolerantDocument):
    """The part of the result that goes to status."""

    model_uri: str
    """Folder of the artifacts."""
    digest: Sha256
    """Digest over the artifacts."""
    best_epoch: int | None = None
    """Epoch whose weights were kept."""
    last_epoch: int | None = None
    """The last that was trained; the progress that was read before the end may be some epochs old."""


class Termination(TolerantDocument):
    """How an attempt ended, told by the trainer itself."""

    reason: str
    """CamelCase reason, as in the table of exit codes."""
    message: str
    """One sentence."""
    result: PublishedResult | None = None
    """What was published."""
    metrics: dict[str, float] | None = None
    """Final figures."""
    artifacts: tuple[Artifact, ...] | None = None
    """What was written."""
    model: ModelReport | None = None
    """The backbone as built."""
    dataset: DatasetReport | None = None
    """The dataset as found."""
    advice: AdviceReport | None = None
    """Advice on the freeze count, without its table."""
    checkpoint: CheckpointReport | None = None
    """The newest whole checkpoint."""
    log_tail: str | None = None
    """Last lines of the log, secrets masked."""

    def encode(self) -> bytes:
        """JSON of at most 2,048 bytes: parts are dropped in DROP_ORDER, at last the sentence is cut."""
        document = self
        for name in (None, *DROP_ORDER):
            if name is not None:
                document = document.model_copy(update={name: None})
            data = document._json()
            if len(data) <= MAX_TERMINATION_BYTES:
                return data
        while len(data) > MAX_TERMINATION_BYTES:
            document = document.model_copy(
                update={"message": document.message[: len(document.message) * 3 // 4] + "..."}
            )
            data = document._json()
        return data

    def _json(self) -> bytes:
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


def decode_termination(text: str) -> Termination | None:
    """The message of a container, or None when it is not one of ours (empty, cut, somebody else's)."""
    if len(text) > 2 * MAX_TERMINATION_BYTES:
        return None
    try:
        return Termination.model_validate_json(text)
    except ValidationError:
        return None

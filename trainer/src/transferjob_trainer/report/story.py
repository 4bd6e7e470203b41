"""What the report tells, gathered while the run went on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..contract.advice import AdviceReport
from ..contract.report import EvaluationReport
from ..contract.run_file import RunFile
from ..data import Dataset
from ..network import Network
from ..train.phases import Phase
from ..train.state import EpochDocument
from .mistakes import Mistake


@dataclass(frozen=True, slots=True)
class Story:
    """A run from its settings to its figures."""

    job: RunFile
    network: Network
    dataset: Dataset
    phases: tuple[Phase, ...]
    history: tuple[EpochDocument, ...]
    best_epoch: int
    plan: str
    """The plan of the feature cache in words."""
    evaluation: EvaluationReport
    mistakes: tuple[Mistake, ...]
    advice: AdviceReport | None = None
    """Advice on the freeze count, where the job asked for it."""
    formats: Mapping[str, int] = field(default_factory=dict)
    """Bytes by format of what was written."""
    differences: Mapping[str, float] = field(default_factory=dict)
    """Largest difference from Keras of a probability, by format."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Version by package."""
    seconds: float = 0.0
    """Seconds from the start of this attempt to the report."""

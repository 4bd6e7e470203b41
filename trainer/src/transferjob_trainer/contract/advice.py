"""Advice on the freeze count, from the job's own pictures: the table behind it, and what follows from it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from .base import TolerantDocument

MAX_CUTS = 16
"""Rows of the table: twelve ends of blocks, nothing, everything, and the freeze that the job has."""

Confidence = Literal["High", "Medium", "Low"]
Distance = Literal["Near", "Between", "Far", "Unknown"]
Leaning = Literal["Freeze", "Between", "FineTune"]
CutName = Annotated[str, StringConstraints(max_length=128)]
Sentence = Annotated[str, StringConstraints(max_length=240)]
Paragraph = Annotated[str, StringConstraints(max_length=1200)]


class AdviceCut(TolerantDocument):
    """One freeze count, with all that was found out about it."""

    frozen_layers: int
    """The freeze count."""
    name: CutName
    """none, all, or the block that ends there."""
    probe: float | None = None
    """Balanced accuracy of a linear classifier on what comes out of the frozen layers, each picture left out in turn, 0
    to 1."""
    random_probe: float | None = None
    """The same on random weights: what the weights themselves bring is the difference."""
    score: float | None = None
    """Balanced accuracy after short trainings with this freeze, on pictures held out of them, 0 to 1."""
    standard_error: float | None = None
    """Standard error of the score: what chance in the choice of pictures leaves open."""
    trainable_parameters: int
    """Parameters that are trained with this freeze, head included."""
    seconds: float
    """Estimated seconds of the job's training with this freeze, by static tables."""


class RuleOfThumb(TolerantDocument):
    """What one of the lesson's rules of thumb says of this job."""

    rule: Literal["Labels", "Distance"]
    """Labels: few, freeze; plenty, fine-tune. Distance: near to what the backbone has seen, freeze; far, fine-tune."""
    seen: Sentence
    """What it goes by."""
    leaning: Leaning
    """What it says."""
    agrees: bool
    """Whether the advice says the same; Between agrees with everything."""


class AdviceReport(TolerantDocument):
    """Advice on the freeze count."""

    recommended: int
    """The freeze count that is advised."""
    second: int | None = None
    """The next best one."""
    confidence: Confidence
    """How sure it is. Low: from probes alone, which do not see what fine-tuning gains, or from too few pictures."""
    reason: Paragraph
    """Why, in words for somebody who does this for the first time."""
    applied: bool = False
    """Whether the job trains with it (freeze.auto); otherwise its freeze stays as given."""
    pictures: int
    """Pictures that it was found out from; all of them are trained on, none is measured on later."""
    labels_per_class: int
    """Pictures to train on in the class that has fewest."""
    distance: Distance
    """How near the pictures are to those that the backbone's BatchNorms have seen; Unknown where it has none, or random
    weights."""
    shift: float | None = None
    """What the distance goes by: mean difference of the channels' statistics from the stored ones, in stored standard
    deviations."""
    rules: Annotated[tuple[RuleOfThumb, ...], Field(max_length=4)] = ()
    """The lesson's rules of thumb beside it."""
    cuts: Annotated[tuple[AdviceCut, ...], Field(max_length=MAX_CUTS)] = ()
    """The table, from the input on."""
    trial_epochs: int | None = None
    """Epochs of the short trainings; absent where there were none."""
    seconds: float
    """Seconds that finding out took."""

    def cut(self, frozen: int) -> AdviceCut | None:
        """The row of a freeze count."""
        return next((row for row in self.cuts if row.frozen_layers == frozen), None)

    def short(self) -> AdviceReport:
        """The same without the table, for a message that has no room for it."""
        return self.model_copy(update={"cuts": ()})

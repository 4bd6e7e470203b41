"""Stage 2, minutes: the shortlist in short real trainings, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from ..contract.run_file import RunFile
from ..network import Network
from ..train.phases import Phase, resolve_phases
from .candidates import Candidate
from .choice import Right, score_error
from .costs import CutCosts
from .effort import Effort, affordable
from .folds import FOLDS, fewest_groups
from .limits import with_count
from .listener import Listener
from .probe import balanced_accuracy
from .sample import Sample
from .trials import Trials

MOST_SECONDS = 1500.0
"""By the clock: a machine on which the tables are wrong by so much gets no advice from trainings."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What short trainings found; nothing where there were none."""

    right: Mapping[int, Right] = field(default_factory=dict)
    """By freeze count: whether each picture was known by a training that did not see it."""
    sample: Sample | None = None
    """The pictures."""
    epochs: int | None = None
    """Of each training."""
    why_none: str = ""
    """Why there were none, in words that follow "was not tried"."""

    def score(self, count: int) -> tuple[float | None, float | None]:
        """Balanced accuracy of a freeze count on held-out pictures, and its standard error; None where not tried."""
        known = self.right.get(count)
        if known is None or self.sample is None:
            return None, None
        labels = self.sample.labels
        return balanced_accuracy(known, labels), score_error(known, labels)


def try_out(
    run: RunFile,
    network: Network,
    chosen: tuple[Candidate, ...],
    classes: tuple[str, ...],
    sample: Sample,
    costs: CutCosts,
    listener: Listener,
) -> Tried:
    """Trains the chosen cuts; the network has its weights back afterwards.

    Args:
        run: the job; its own phases are trained, shortened where the time asks for it.
        network: with the weights that training begins with.
        chosen: the shortlist.
        classes: of the dataset.
        sample: the pictures.
        costs: of the network.
        listener: is told each score.
    """
    fewest = fewest_groups(sample.labels, sample.groups)
    if fewest < FOLDS:
        return Tried(why_none=f", because a class has {fewest} pictures to learn from and {FOLDS} are needed")
    names = network.layer_names
    by_cut = [(cut, resolve_phases(with_count(run, cut.count), names)) for cut in chosen]
    effort = affordable(by_cut, len(sample), costs, len(names))
    if effort is None:
        return Tried(why_none=", because even short trainings would take too long on this machine")
    part = sample.share(effort.pictures_share)
    trials = Trials(network, run, classes, part, listener.moved)
    try:
        return _tried(trials, by_cut, effort, listener)
    finally:
        trials.restore()


def _tried(
    trials: Trials, by_cut: list[tuple[Candidate, tuple[Phase, ...]]], effort: Effort, listener: Listener
) -> Tried:
    started, right = monotonic(), {}
    epochs = effort.phases(by_cut[0][1])[-1].last_epoch
    for cut, phases in by_cut:
        if monotonic() - started > MOST_SECONDS:
            return Tried(why_none=f", because after {MOST_SECONDS / 60:.0f} minutes the trainings were not done")
        began = monotonic()
        right[cut.count] = trials.right(effort.phases(phases))
        score = balanced_accuracy(right[cut.count], trials.sample.labels)
        listener.say(
            f"advice: {FOLDS} trainings of {epochs} epochs with {cut.count} layers frozen ({cut.name}):"
            f" {score:.4f} held out, {monotonic() - began:.1f} s"
        )
    return Tried(right, trials.sample, epochs)

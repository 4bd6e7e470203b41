"""Stage 1, seconds: probes behind each cut on the weights and on random ones, and the distance of the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threadpoolctl import threadpool_limits

from ..contract.run_file import RunFile
from .candidates import Candidate
from .distance import statistics_shift
from .features import CutFeatures, Rows
from .listener import Listener
from .probe import probe
from .random_weights import random_weights
from .sample import Sample


@dataclass(frozen=True, slots=True)
class Seen:
    """What probes found."""

    probes: Mapping[int, float]
    """By freeze count."""
    random: Mapping[int, float]
    """The same on random weights; empty where the weights are random themselves."""
    shift: float | None
    """Of the channels' means from the stored ones; None without BatchNorm, or on random weights."""


def look(run: RunFile, backbone: Any, cuts: tuple[Candidate, ...], sample: Sample, listener: Listener) -> Seen:
    """Looks at what comes out of the backbone's layers.

    Args:
        run: the job.
        backbone: with the weights that training begins with; they are the same afterwards.
        cuts: what is looked behind.
        sample: the pictures.
        listener: is told the scores.
    """
    family, seed = run.backbone.facts.family, run.training.seed
    features = CutFeatures(backbone, family, [cut.count for cut in cuts if cut.count], sample.images.shape[1:])

    def probes() -> dict[int, float]:
        rows = features(sample.images, seed, listener.moved)
        return {count: _score(rows.pop(count), sample, listener) for count in [*rows]}

    random: dict[int, float] = {}
    shift = None
    # Numpy would start a thread for each processor of the host, and wait for them where the pod has few.
    with threadpool_limits(1):
        own = probes()
    if run.backbone.resolved_weights != "none":
        shift = statistics_shift(backbone, family, sample.images, listener.moved)
        with random_weights(backbone, seed), threadpool_limits(1):
            random = probes()
    for cut in cuts:
        if cut.count in own:
            beside = f", {random[cut.count]:.4f} on random weights" if random else ""
            listener.say(f"advice: probe behind {cut.count} layers ({cut.name}): {own[cut.count]:.4f}{beside}")
    return Seen(own, random, shift)


def _score(rows: Rows, sample: Sample, listener: Listener) -> float:
    score = probe(rows, sample.labels, sample.groups).score
    listener.moved()
    return score

"""Checks one backbone in a process of its own: `python -m tests.exact.check NAME` prints its figures as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import numpy as np

from tests.exact.cuts import three_cuts
from tests.exact.measure import LOSS_TOLERANCE, NOISE_FACTOR, Subject, compare, noise_of
from tests.support.crossing_definition import crossing_names
from transferjob_trainer.contract.backbone_table import BACKBONES
from transferjob_trainer.graph.crossing import crossing_shapes
from transferjob_trainer.graph.split import Split
from transferjob_trainer.tensorflow_setup import prepare_environment

DISTURBANCES = (1e-3, 1e-2)
"""Shares of a crossing tensor's spread. The first is enough where rounding does not grow: behind the 339 layers of
EfficientNetB2 one unit in the last place of the pictures moves the head's gradients nearly as much."""


def check_backbone(name: str) -> dict[str, Any]:
    """Figures of the three cuts, and whether the crossing sets of all counts are those of the definition."""
    started = time.monotonic()
    subject = Subject(name, BACKBONES[name].minimum_side)
    figures = {
        "name": name,
        "crossing_sets": _crossing_sets_agree(subject.backbone),
        "spread": round(subject.spread(), 3),
        "cuts": {kind: check_cut(subject, count) for kind, count in three_cuts(name, subject.backbone).items()},
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**figures, "seconds": round(time.monotonic() - started, 1), "peak_mib": peak}


def check_cut(subject: Subject, count: int) -> dict[str, Any]:
    """How far the tail on features is from the whole, and how far it is with each crossing tensor disturbed.

    `loss_difference` is relative; `gradient_to_noise` is the worst gradient's distance over its noise (and a tenth of
    measure.FLOOR); `disturbed` is by crossing tensor, in units of what is allowed, with the smallest disturbance that
    is seen in all of them, or the largest that is tried.
    """
    started = time.monotonic()
    split = subject.freeze(count)
    reference = subject.whole()
    noise = noise_of(subject, reference)
    verdict = compare(reference, subject.apart(split), noise)
    for size in DISTURBANCES:
        given = _disturbances(subject, split, size)
        disturbed = [compare(reference, subject.apart(split, features), noise) for features in given]
        seen = not any(one.equal for one in disturbed)
        if seen:
            break
    return {
        "count": count,
        "tensors": len(split.crossing),
        "equal": verdict.equal,
        "loss_difference": verdict.loss * LOSS_TOLERANCE,
        "gradient_to_noise": round(verdict.gradient * NOISE_FACTOR, 4),
        "worst": verdict.worst,
        "disturbed": [round(max(one.loss, one.gradient), 1) for one in disturbed],
        "disturbance": size,
        "all_disturbances_seen": seen,
        "seconds": round(time.monotonic() - started, 1),
    }


def _disturbances(subject: Subject, split: Split, size: float) -> list[tuple[Any, ...]]:
    features = subject.features(split)
    return [
        (*features[:place], _disturbed(features[place], size), *features[place + 1 :]) for place in range(len(features))
    ]


def _disturbed(tensor: Any, size: float) -> Any:
    noise = np.random.default_rng(3).normal(size=tensor.shape).astype("float32")
    return tensor + size * float(np.std(tensor.numpy())) * noise


def _crossing_sets_agree(backbone: Any) -> bool:
    return [[one.name for one in crossing] for crossing in crossing_shapes(backbone)] == crossing_names(backbone)


if __name__ == "__main__":
    prepare_environment()
    print(json.dumps(check_backbone(sys.argv[1])))

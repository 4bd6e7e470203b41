"""From a job and its pictures to advice on the freeze count."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

from ..checks import input_size
from ..contract.advice import AdviceCut, AdviceReport
from ..contract.block_table import block_table
from ..contract.run_file import RunFile
from ..data import Dataset, OpenDataset
from ..device import device_kind
from ..freeze_count import freeze_count
from ..graph.work import layer_work
from ..network import build_network
from ..train.phases import resolve_phases
from .candidates import MOST_ENDS, Candidate, candidates, shortlist
from .choice import Choice, choose_by_probes, choose_by_trials
from .costs import Amount, CutCosts
from .distance import distance_of
from .limits import deepest_choice, with_count
from .listener import Listener
from .looking import Seen, look
from .rules import leaning_of, rules_of_thumb
from .sample import Sample, draw_sample
from .trying import Tried, try_out
from .words import Evidence, reason


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found out."""

    sample: Sample
    seen: Seen
    tried: Tried
    rows: tuple[AdviceCut, ...]
    seconds: float


def advise(
    run: RunFile, backbone: Any, opened: OpenDataset, listener: Listener, *, quick: bool = False
) -> AdviceReport:
    """The advice for a job: a function of the run file, the weights and the pictures to train on.

    Args and Raises: see find_out.
    """
    found = find_out(run, backbone, opened, listener, quick=quick)
    report = _report(run, backbone, found)
    listener.say(f"advice: {report.reason}")
    return report


def find_out(
    run: RunFile,
    backbone: Any,
    opened: OpenDataset,
    listener: Listener,
    *,
    quick: bool = False,
    most_ends: int = MOST_ENDS,
) -> Found:
    """Probes, and trains the shortlist.

    Args:
        run: the run file; a freeze that it gives is compared with the others.
        backbone: built for the job, with its weights. Build it anew before the job's own training: what is drawn at
            random has moved on.
        opened: the dataset, listed. Pictures to measure on are not looked at.
        listener: is told how it goes.
        quick: probes alone.
        most_ends: ends of blocks at most.

    Raises:
        DatasetInvalid: too few pictures can be read.
        InvalidSpec: nothing is free to be chosen.
    """
    started = monotonic()
    names, (height, width) = [layer.name for layer in backbone.layers], input_size(run)
    given = None if run.freeze.auto is not None else freeze_count(run.freeze, names, run.backbone)
    table = block_table(run.backbone.graph, run.backbone.resolved_variant)
    cuts = candidates(table, len(names), deepest=deepest_choice(run, names), given=given, most=most_ends)
    sample = draw_sample(opened, height * width * 3, run.training.seed)
    listener.say(f"advice: {len(sample):,} pictures to train on, {len(cuts)} freeze counts")
    seen = look(run, backbone, cuts, sample, listener)
    dataset = opened.catalogue.unread("", {}, ())
    network = build_network(with_count(run, 0), backbone, height, width, len(dataset.classes))
    costs, tried = CutCosts(network, run, device_kind()), Tried()
    if not quick:
        chosen = shortlist(cuts, seen.probes, given)
        tried = try_out(run, network, chosen, dataset.classes, sample, costs, listener)
    rows = _rows(run, names, cuts, seen, tried, costs, dataset)
    return Found(sample, seen, tried, rows, monotonic() - started)


def _rows(
    run: RunFile,
    names: list[str],
    cuts: tuple[Candidate, ...],
    seen: Seen,
    tried: Tried,
    costs: CutCosts,
    dataset: Dataset,
) -> tuple[AdviceCut, ...]:
    amount = Amount(len(dataset.train), len(dataset.validation))

    def row(cut: Candidate) -> AdviceCut:
        score, error = tried.score(cut.count)
        return AdviceCut(
            frozen_layers=cut.count,
            name=cut.name,
            probe=_rounded(seen.probes.get(cut.count)),
            random_probe=_rounded(seen.random.get(cut.count)),
            score=_rounded(score),
            standard_error=_rounded(error),
            trainable_parameters=costs.trainable(cut.count),
            seconds=round(costs.seconds(resolve_phases(with_count(run, cut.count), names), amount), 1),
        )

    return tuple(map(row, cuts))


def _choice(seen: Seen, tried: Tried, pictures: int) -> Choice:
    if tried.sample is None:
        return choose_by_probes(seen.probes, pictures)
    return choose_by_trials(tried.right, tried.sample.labels)


def _report(run: RunFile, backbone: Any, found: Found) -> AdviceReport:
    sample, seen, tried = found.sample, found.seen, found.tried
    used, work = tried.sample or sample, layer_work(backbone)
    choice, distance = _choice(seen, tried, len(used)), distance_of(seen.shift)
    leaning = leaning_of(sum(work[: choice.recommended]) / sum(work))
    rules = rules_of_thumb(sample.least, distance, seen.shift, leaning)
    evidence = Evidence(
        depth=len(backbone.layers),
        choice=choice,
        cuts=found.rows,
        pictures=len(used),
        trial_epochs=tried.epochs,
        why_no_trials=tried.why_none,
        rules=rules,
        trained_weights=run.backbone.resolved_weights != "none",
    )
    return AdviceReport(
        recommended=choice.recommended,
        second=choice.second,
        confidence=choice.confidence,
        reason=reason(evidence),
        applied=run.freeze.auto is not None,
        pictures=len(sample),
        labels_per_class=sample.least,
        distance=distance,
        shift=_rounded(seen.shift),
        rules=rules,
        cuts=found.rows,
        trial_epochs=tried.epochs,
        seconds=round(found.seconds, 1),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)

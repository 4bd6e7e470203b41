"""The page: from a story to one HTML file that needs nothing else."""

from __future__ import annotations

import json

import numpy as np

from ..data.alike import alike
from ..train.class_weights import class_weights
from .advice import advice_section
from .classes import class_section, confusion_section
from .curves import reliability, training_curves
from .depth import frozen_section
from .markup import (
    NOTHING,
    Markup,
    block,
    count,
    facts,
    folded,
    joined,
    name,
    percent,
    place,
    section,
    table,
    text,
    words,
)
from .mistakes import Mistake
from .story import Story
from .style import CSS
from .use import use_section

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""Whatever a name might hold, nothing is loaded and nothing runs."""
_SHOWN = 10


def report_page(story: Story) -> str:
    """The whole report as HTML."""
    counts = np.bincount(story.dataset.train.labels, minlength=len(story.dataset.classes)).tolist()
    weights = class_weights(story.job.training.class_weights, story.dataset.train.labels, story.dataset.classes)
    parts = [
        _header(story),
        _curves(story),
        frozen_section(story.network, story.phases),
        advice_section(story.advice, story.network.report.depth),
        confusion_section(story.evaluation),
        _mistakes(story),
        class_section(story.evaluation, counts, weights),
        _calibration(story),
        _time(story),
        _dataset(story),
        use_section(story),
        _settings(story),
    ]
    title = text(f"{story.job.job.name}: {percent(story.evaluation.accuracy)}")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{CSS}</style></head><body><main>{joined(parts)}</main></body></html>\n"
    )


def _header(story: Story) -> Markup:
    job, found, report = story.job, story.evaluation, story.network.report
    low, high = found.accuracy_interval
    tiles = [
        (percent(found.accuracy), f"accuracy, {percent(low)} to {percent(high)} (95 %)"),
        (percent(found.balanced_accuracy), "balanced accuracy"),
        *([(percent(found.top5_accuracy), "among the five likeliest")] if found.top5_accuracy is not None else []),
        (f"{found.loss:.3f}", "loss, nats"),
        (f"{report.frozen_layers} / {report.depth}", "layers frozen"),
        (str(story.best_epoch), f"best of {len(story.history)} epochs"),
    ]
    shown = joined(
        Markup(f'<div class="tile"><b>{text(big)}</b><span>{text(small)}</span></div>') for big, small in tiles
    )
    split = f"Measured on {found.examples:,} {found.split} pictures"
    if found.selected_on:
        split += ", selected on it: the best epoch was chosen by the same pictures, so new ones will do a little worse."
        split += " dataset.test sets others aside for the final figures."
    else:
        split += ", which nothing was chosen by."
    weights = (
        "random weights" if job.backbone.resolved_weights == "none" else f"weights {job.backbone.resolved_weights}"
    )
    about = (
        f"{job.job.namespace}/{job.job.name} · {story.network.name}, {weights} · {len(story.dataset.classes):,} classes"
    )
    kind = "quiet warn" if found.selected_on else "quiet"
    return Markup(
        f"<header><h1>{name(job.job.name)}</h1>{words(about, 'quiet')}{words(split, kind)}"
        f'<div class="tiles">{shown}</div></header>'
    )


def _curves(story: Story) -> Markup:
    if not story.history:
        return Markup()
    plots = joined(training_curves(story.history, story.phases, story.best_epoch))
    return section("Training", Markup(f'<div class="plots">{plots}</div>'))


def _mistakes(story: Story) -> Markup:
    if not story.mistakes:
        return section("Mistakes", words("There is none: every picture was known."))
    cards = joined(_card(mistake, story.dataset.classes) for mistake in story.mistakes)
    told = "The wrong answers that were surest, each with its probability. Where a label is wrong it shows here first."
    return section("Most confident mistakes", words(told), Markup(f'<div class="mistakes">{cards}</div>'))


def _card(mistake: Mistake, classes: tuple[str, ...]) -> Markup:
    picture = '<div class="none">picture not kept</div>'
    if mistake.picture is not None:
        picture = f'<img src="{text(mistake.picture, 1 << 20)}" alt="">'
    return Markup(
        f"<figure>{picture}<figcaption>taken for <b>{name(classes[mistake.answered], 40)}</b>"
        f" {percent(mistake.confidence)}<br>is <b>{name(classes[mistake.right], 40)}</b>"
        f" {percent(mistake.right_probability)}<br>{place(mistake.path)}</figcaption></figure>"
    )


def _calibration(story: Story) -> Markup:
    told = (
        f"The expected calibration error is {percent(story.evaluation.calibration_error)}: by so much the confidence of"
        " an answer is off the share that is right. Below the diagonal the model is too sure of itself, above it not"
        " sure enough."
    )
    return section("Calibration", words(told), reliability(story.evaluation))


def _time(story: Story) -> Markup:
    trained = sum(each.seconds for each in story.history)
    told = (
        f"All {len(story.history)} epochs took {trained:,.1f} s; the run took {story.seconds:,.1f} s up to this page."
    )
    rows = [_phase_row(story, index) for index in range(len(story.phases))]
    headings = ("phase", "epochs", "run", "time", "an epoch")
    return section(
        "Plan and time", words(f"{story.plan[:1].upper()}{story.plan[1:]}."), words(told), table(headings, rows)
    )


def _phase_row(story: Story, index: int) -> tuple[object, ...]:
    phase, seconds = story.phases[index], [each.seconds for each in story.history if each.phase == index]
    mean = f"{sum(seconds) / len(seconds):.2f} s" if seconds else NOTHING
    return name(phase.name), phase.epochs, len(seconds), f"{sum(seconds):.1f} s", mean


def _dataset(story: Story) -> Markup:
    dataset = story.dataset
    pairs: list[tuple[str, object]] = [
        ("place", story.job.dataset.uri),
        ("to train on", f"{len(dataset.train):,} pictures"),
        ("to measure on", f"{len(dataset.validation):,} pictures"),
        ("for final figures", f"{len(dataset.test):,} pictures" if dataset.test is not None else "none set aside"),
        ("classes", _listed(dataset.classes)),
        ("left out", f"{count(len(dataset.skipped), 'broken picture')}, {count(dataset.ignored, 'other file')}"),
        ("digest", Markup(f"<code>{text(dataset.digest)}</code>")),
    ]
    broken = table(
        ("broken picture", "reason"), [(place(each.path), text(each.reason)) for each in dataset.skipped[:_SHOWN]]
    )
    told = [_alike(names) for names in alike(dataset.classes)[:_SHOWN]]
    return section("Dataset", facts(pairs), *told, broken if dataset.skipped else Markup(), _duplicates(story))


def _alike(names: tuple[str, ...]) -> Markup:
    shown = joined(map(name, names), " and ")
    return Markup(f'<p class="warn">{shown} count as {len(names)} classes; are they one?</p>')


def _duplicates(story: Story) -> Markup:
    found = story.dataset.crossings
    if not found:
        return words("No picture that was measured on has an exact copy on another side of the split.")
    told = (
        f"{count(len(found), 'picture')} that {'was' if len(found) == 1 else 'were'} measured on"
        f" {'has' if len(found) == 1 else 'have'} an exact copy on another side of the split"
        f" ({_told_apart(story)} under another class): the figures are brighter than those of new pictures."
    )
    rows = [(place(each.path), place(each.copy)) for each in found[:_SHOWN]]
    return joined([words(told, "warn"), table(("measured on", "its copy"), rows)])


def _told_apart(story: Story) -> int:
    dataset = story.dataset
    sides = [side for side in (dataset.train, dataset.validation, dataset.test) if side is not None]
    label = {path: int(label) for side in sides for path, label in zip(side.paths, side.labels, strict=True)}
    return sum(label[each.path] != label[each.copy] for each in dataset.crossings)


def _settings(story: Story) -> Markup:
    document = story.job.model_dump(mode="json", by_alias=True, exclude_none=True)
    shown = block(json.dumps(document, indent=2, ensure_ascii=False))
    return section(
        "Settings and versions", facts(story.versions.items()), folded("All settings, defaults included", shown)
    )


def _listed(names: tuple[str, ...]) -> Markup:
    shown = joined([name(each) for each in names[:_SHOWN]], ", ")
    return joined([shown, f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""])

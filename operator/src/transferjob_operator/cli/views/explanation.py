"""What a manifest would do, as rows of a label and a value that wraps to the width."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from transferjob_trainer.contract import Variant
from transferjob_trainer.contract.block_table import block_table
from transferjob_trainer.contract.layer_table import layer_table

from .bytes import size_words
from .depth_bar import depth_bar
from .fields import Object, integer, mappings, number, part, text

_SHORT = 120
_LABELS = 11
"""Characters of the longest label and what follows it."""


def explanation_view(document: Object, width: int, *, unicode: bool) -> RenderableType:
    """The preview of one job, for a terminal of `width` characters."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for label, value in _rows(document, width, unicode=unicode):
        grid.add_row(label, value)
    return Group(Text(f"{text(document, 'name')}: what it would do; nothing is run", style="bold"), grid)


def _rows(document: Object, width: int, *, unicode: bool) -> Iterator[tuple[str, RenderableType]]:
    model = part(document, "model")
    yield "model", Text(_model(document))
    yield "", _picture(model, width, unicode=unicode)
    if part(document, "auto"):
        yield "freeze", Text(_auto(document))
    yield "frozen", Text(_frozen(model))
    if text(model, "place"):
        yield "cut", Text(_cut(model))
    yield "learns", Text(_learns(model))
    for label, line in _phases(document):
        yield label, Text(line)
    yield "features", Text(text(document, "plan", "cache").removeprefix("feature cache: "))
    yield "memory", Text(_memory(document))
    yield "cost", Text(_cost(document))
    yield "data", Text(_data(document))


def _model(document: Object) -> str:
    model, size = part(document, "model"), part(document, "input")
    weights = text(document, "weightsFrom") or text(model, "weights")
    return (
        f"{text(model, 'backbone')}, weights {weights}, {integer(size, 'height')} x {integer(size, 'width')} pixels;"
        f" {integer(model, 'depth')} layers, {integer(model, 'depthWithHead')} with the head on"
    )


def _picture(model: Object, width: int, *, unicode: bool) -> Text:
    """The backbone from the input on, with its frozen part and the ends of its blocks and stages."""
    depth, frozen = integer(model, "depth") or 1, integer(model, "frozenLayers") or 0
    name = text(model, "backbone")
    variant: Variant = "plain" if depth == len(layer_table(name)) else "imagenet"
    return depth_bar(block_table(name, variant), depth, frozen, width - _LABELS, unicode=unicode)


def _auto(document: Object) -> str:
    auto = part(document, "auto")
    return (
        "auto: chosen from the pictures before training, which takes some minutes more; what stands here is for"
        f" {integer(auto, 'deepest')} layers, the most that it may choose. With nothing frozen training takes about"
        f" {_time(number(auto, 'secondsWithNothingFrozen') or 0)}"
    )


def _frozen(model: Object) -> str:
    frozen, depth = integer(model, "frozenLayers") or 0, integer(model, "depth")
    if not frozen:
        return "nothing"
    norms = f", {integer(model, 'frozenBatchNorms')} of {integer(model, 'batchNorms')} BatchNorms"
    return (
        f"{frozen} of {depth} layers, through {text(model, 'lastFrozenLayer')};"
        f" {integer(model, 'frozenLayerParameters') or 0:,} parameters,"
        f" {number(model, 'frozenWork') or 0:.0%} of the forward work{norms if integer(model, 'batchNorms') else ''}"
    )


def _cut(model: Object) -> str:
    tensors = integer(model, "cutTensors")
    words = f"{text(model, 'place')}, {'1 tensor crosses' if tensors == 1 else f'{tensors} tensors cross'} it"
    end = integer(model, "nearestBlockEnd")
    return words if end == integer(model, "frozenLayers") else (
        f"{words}; the nearest block end is {end} ({text(model, 'nearestBlock')})"
    )  # fmt: skip


def _learns(model: Object) -> str:
    head = integer(model, "headParameters") or 0
    return f"{integer(model, 'trainableParameters') or 0:,} parameters, {head:,} of them in the head"


def _phases(document: Object) -> Iterator[tuple[str, str]]:
    depth = integer(document, "model", "depth")
    for place, phase in enumerate(mappings(document, "phases")):
        frozen, epochs = integer(phase, "frozenLayers"), integer(phase, "epochs")
        still = "the whole backbone" if frozen == depth else f"{frozen} layers" if frozen else "nothing"
        schedule = text(phase, "schedule").lower()
        yield (
            "" if place else "phases",
            f"{text(phase, 'name')}: {epochs} {'epoch' if epochs == 1 else 'epochs'}, {still} frozen,"
            f" rate {number(phase, 'learningRate'):g}, {schedule}",
        )


def _memory(document: Object) -> str:
    memory = part(document, "memory")
    where = "of the GPU" if text(memory, "device") == "GPU" else "of the pod"
    return (
        f"about {size_words(integer(memory, 'activationBytes') or 0)} between layers for a batch of"
        f" {integer(memory, 'batchSize')}, {size_words(integer(memory, 'learningBytes') or 0)} for gradients, optimizer"
        f" and best weights, {where}"
    )


def _cost(document: Object) -> str:
    plan, asks = part(document, "plan"), part(document, "resources")
    seconds = number(plan, "seconds") or 0
    gpus, workers = integer(asks, "gpus") or 0, integer(asks, "workers") or 1
    holds = f"{workers} pods, each with " if workers > 1 else ""
    device = f"{gpus} GPU{'s' if gpus > 1 else ''}, " if gpus else ""
    spent = f", {_time(seconds * gpus * workers)} of GPU" if gpus else ""
    return (
        f"about {_time(seconds)} of training{spent} by static tables, beside start, reading and export; holds {holds}"
        f"{device}{text(asks, 'cpu')} CPU, {text(asks, 'memory')}"
    )


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < _SHORT else f"{seconds / 60:,.0f} min"


def _data(document: Object) -> str:
    assumed = part(document, "assumed")
    words = f"{integer(assumed, 'pictures') or 0:,} pictures in {integer(assumed, 'classes')} classes"
    source = text(document, "picturesAre")
    return f"{words}, {source}" + ("; tell them with --images and --classes" if source == "assumed" else "")

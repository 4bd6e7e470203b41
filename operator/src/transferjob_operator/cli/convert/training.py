"""compile() and fit() of a snippet as spec.training and spec.freeze: each fit is a phase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .freezing import Frozen, freeze_form, read_freeze
from .optimizers import keras_rate, read_optimizer
from .recipe import Recipe, is_count
from .values import Fit, Made, trainable_flags

_MOST_PHASES = 32


@dataclass(frozen=True, slots=True)
class _Phase:
    fit: Fit
    frozen: Frozen
    epochs: int | None
    rate: float | None


def read_training(recipe: Recipe) -> None:
    """Writes spec.freeze and epochs or phases, batch, optimizer and loss."""
    phases = [_phase(recipe, fit) for fit in recipe.fits[:_MOST_PHASES]]
    if len(recipe.fits) > _MOST_PHASES:
        recipe.reader.miss(recipe.fits[_MOST_PHASES].line, f"only the first {_MOST_PHASES} calls of fit are taken")
    frozen = [phase.frozen for phase in phases] or [_now(recipe)]
    least = min(frozen, key=lambda one: one.count)
    form, words = freeze_form(recipe.net, least.count)
    if recipe.model.flat and len(recipe.model.layers) > len(recipe.net.layers):
        words += f"; with the head on the model has {len(recipe.model.layers)} layers"
    recipe.put("freeze", form, words, least.line)
    if least.still_norms:
        recipe.put("training.batchNormalization", "Inference", "the BatchNorms behind the cut are held still")
    if not phases:
        return
    _batch_size(recipe)
    read_optimizer(recipe)
    _loss(recipe)
    _write_phases(recipe, _joined(phases), least.count)


def _now(recipe: Recipe) -> Frozen:
    return read_freeze(recipe.reader, recipe.model, recipe.net, trainable_flags(recipe.model))


def _phase(recipe: Recipe, fit: Fit) -> _Phase:
    compiled = fit.compiled
    if compiled is None:
        recipe.reader.note(fit.line, "fit without compile; Adam is used")
    elif compiled.trainable != fit.trainable:
        recipe.reader.note(fit.line, "trainable was changed after compile, which Keras ignores; the manifest does what"
                           " was meant")  # fmt: skip
    frozen = read_freeze(recipe.reader, fit.model, recipe.net, fit.trainable)
    rate = _rate(compiled.optimizer if compiled else None)
    return _Phase(fit, frozen, _epochs(recipe, fit), rate)


def _epochs(recipe: Recipe, fit: Fit) -> int | None:
    epochs = recipe.known(fit.options.get("epochs"), is_count, fit.line, "the number of epochs")
    first = fit.options.get("initial_epoch", 0)
    if epochs is not None and isinstance(first, int) and 0 < first < epochs:
        return int(epochs - first)
    return None if epochs is None else int(epochs)


def _rate(optimizer: Any) -> float | None:
    """The rate that a phase begins with: Keras' own where none is given; None where it is not known."""
    rate = optimizer.option("learning_rate", "lr", at=0) if isinstance(optimizer, Made) else None
    if isinstance(rate, Made):
        rate = rate.option("initial_learning_rate", at=0)
    if rate is None:
        return keras_rate(optimizer)
    return float(rate) if isinstance(rate, int | float) and 0 < rate <= 10 else None


def _joined(phases: list[_Phase]) -> list[_Phase]:
    """Without seams where nothing changes."""
    joined: list[_Phase] = []
    for phase in phases:
        last = joined[-1] if joined else None
        if last and last.epochs and phase.epochs and (last.frozen.count, last.rate) == (phase.frozen.count, phase.rate):
            joined[-1] = _Phase(last.fit, last.frozen, last.epochs + phase.epochs, last.rate)
        else:
            joined.append(phase)
    return joined


def _write_phases(recipe: Recipe, phases: list[_Phase], least: int) -> None:
    if len(phases) == 1 and (least == len(recipe.net.layers) or recipe.spec["backbone"]["weights"] == "none"):
        if phases[0].epochs is not None:
            recipe.put("training.epochs", phases[0].epochs, "epochs=", phases[0].fit.line)
        return
    names = _names(phases, len(recipe.net.layers))
    entries = []
    for name, phase in zip(names, phases, strict=True):
        entry: dict[str, Any] = {"name": name, "epochs": phase.epochs or 1}
        if phase.frozen.count != least:
            entry["freeze"] = freeze_form(recipe.net, phase.frozen.count)[0]
        if phase.rate is not None and len(phases) > 1:
            entry["learningRate"] = phase.rate
        entries.append(entry)
    recipe.put("training.phases", entries, _why_phases(phases), phases[0].fit.line)


def _why_phases(phases: list[_Phase]) -> str:
    if len(phases) > 1:
        return "one phase for each fit"
    return (
        "as the snippet trains, in one go; without phases, and with epochs in their place, a new head learns first and"
        " the trained layers follow at a lower rate, which is the better default"
    )


def _names(phases: list[_Phase], depth: int) -> list[str]:
    if len(phases) == 1:
        return ["train"]
    plain = ["head" if phase.frozen.count == depth else "tune" for phase in phases]
    return plain if len(set(plain)) == len(plain) else [f"{n}-{i}" for i, n in enumerate(plain, 1)]


def _batch_size(recipe: Recipe) -> None:
    for fit in recipe.fits:
        data = fit.options.get("x")
        of_data = data.option("batch_size") if isinstance(data, Made) else None
        size = fit.options.get("batch_size", of_data)
        size = recipe.known(size, is_count, fit.line, "the batch size")
        if size is not None:
            recipe.put("training.batchSize", size, "batch_size=", fit.line)


def _loss(recipe: Recipe) -> None:
    for compiled in [fit.compiled for fit in recipe.fits if fit.compiled is not None]:
        name = compiled.loss.kind if isinstance(compiled.loss, Made) else getattr(compiled.loss, "name", compiled.loss)
        if isinstance(name, str) and "crossentropy" not in name.lower().replace("_", ""):
            raise recipe.reader.fault(compiled.line, f"the loss {name!r} is not supported; a TransferJob trains a"
                                      " classifier with cross-entropy, one class a picture.")  # fmt: skip
        smoothing = compiled.loss.option("label_smoothing") if isinstance(compiled.loss, Made) else None
        if isinstance(smoothing, int | float) and 0 < smoothing <= 1:
            recipe.put("training.labelSmoothing", smoothing, "label_smoothing=", compiled.line)

"""Optimizer, callbacks and class weights of a snippet."""

from __future__ import annotations

from typing import Any

from .recipe import Recipe, is_count, is_rate
from .values import Compiled, Made

_NAMES = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "rmsprop": "RMSprop", "lion": "Lion"}
_MOMENTUM = 0.9
_RATES = {"Adam": 0.001, "AdamW": 0.001, "SGD": 0.01, "RMSprop": 0.001, "Lion": 0.001}
"""Keras' own; Lion's is ten times the manifest's."""
_MONITORS = {
    "val_loss": "ValLoss", "val_accuracy": "ValAccuracy", "val_acc": "ValAccuracy", "loss": "Loss",
    "accuracy": "Accuracy", "acc": "Accuracy",
}  # fmt: skip
_NOT_NEEDED = ("ModelCheckpoint", "TensorBoard", "CSVLogger", "History", "BackupAndRestore", "ProgbarLogger")


def read_optimizer(recipe: Recipe) -> None:
    """Writes training.optimizer of the last compile, and what the callbacks of the last fit say."""
    compiled = [fit.compiled for fit in recipe.fits if fit.compiled is not None]
    if compiled:
        _optimizer(recipe, compiled[-1])
        kinds = {_kind(one.optimizer) for one in compiled}
        if len(kinds) > 1:
            recipe.reader.miss(compiled[0].line, "all phases have one optimizer, that of the last compile")
    for callback in recipe.fits[-1].options.get("callbacks") or []:
        if isinstance(callback, Made):
            _callback(recipe, callback)
    if recipe.fits[-1].options.get("class_weight") is not None:
        recipe.reader.miss(recipe.fits[-1].line, "class_weight is left out; training.classWeights takes balanced, or"
                           " values by the names of the classes")  # fmt: skip


def keras_rate(optimizer: Any) -> float | None:
    """The rate that Keras takes where a snippet names none; None of an optimizer that a manifest does not have."""
    return _RATES.get(_NAMES.get(_kind(optimizer).lower(), ""))


def _kind(optimizer: Any) -> str:
    name = optimizer.kind if isinstance(optimizer, Made) else getattr(optimizer, "name", optimizer)
    return name if isinstance(name, str) else ""


def _optimizer(recipe: Recipe, compiled: Compiled) -> None:
    optimizer, line = compiled.optimizer, compiled.line
    kind = _kind(optimizer)
    name = _NAMES.get(kind.lower())
    if name is None:
        recipe.reader.miss(line, f"the optimizer {kind or 'of compile'} is not among {', '.join(_NAMES.values())};"
                           " Adam is written")  # fmt: skip
        recipe.put("training.optimizer.name", "Adam", "", line)
        return
    recipe.put("training.optimizer.name", name, kind, line)
    if isinstance(optimizer, Made):
        _settings(recipe, optimizer, name)


def _settings(recipe: Recipe, optimizer: Made, name: str) -> None:
    line = optimizer.line
    for old, new in (("lr", "it is learning_rate now"), ("decay", "it did nothing in Keras 3 and is left out")):
        if old in optimizer.options:
            recipe.reader.note(line, f"{name}({old}=...) is no longer taken by Keras; {new}")
    rate = optimizer.option("learning_rate", "lr", at=0)
    if isinstance(rate, Made):
        rate = _schedule(recipe, rate)
    rate = recipe.known(rate, is_rate, line, "the learning rate")
    if rate is None and name == "Lion":
        rate = _RATES[name]
    if rate is not None:
        recipe.put("training.optimizer.learningRate", rate, "", line)
    decay = optimizer.option("weight_decay")
    if isinstance(decay, int | float) and 0 < decay <= 1:
        recipe.put("training.optimizer.weightDecay", decay)
    clip = optimizer.option("global_clipnorm", "clipnorm")
    if is_rate(clip):
        recipe.put("training.gradientClip", clip, "the norm of all gradients together", line)
    if name == "SGD" and optimizer.option("momentum", at=1) not in (None, _MOMENTUM):
        recipe.reader.miss(line, f"SGD runs with momentum {_MOMENTUM}, whatever the snippet says")


def _schedule(recipe: Recipe, schedule: Made) -> Any:
    if schedule.kind == "CosineDecay":
        recipe.put("training.schedule", {"name": "Cosine"}, "CosineDecay, to the end of each phase", schedule.line)
    else:
        recipe.reader.miss(schedule.line, f"{schedule.kind} is left out; training.schedule takes Cosine, Step and"
                           " Plateau. Its first rate is kept")  # fmt: skip
    return schedule.option("initial_learning_rate", at=0)


def _callback(recipe: Recipe, callback: Made) -> None:
    if callback.kind == "EarlyStopping":
        _early_stopping(recipe, callback)
    elif callback.kind == "ReduceLROnPlateau":
        _plateau(recipe, callback)
    elif callback.kind in _NOT_NEEDED:
        recipe.reader.note(callback.line, f"{callback.kind} is not needed: the best epoch is kept, interrupted runs go"
                           " on, and figures are in the status")  # fmt: skip
    else:
        recipe.reader.miss(callback.line, f"the callback {callback.kind} is left out")


def _early_stopping(recipe: Recipe, callback: Made) -> None:
    # Keras' default patience is 0: the first epoch without a gain ends it.
    patience = callback.option("patience", at=2)
    entry: dict[str, Any] = {"patience": patience if is_count(patience) else 1}
    delta = callback.option("min_delta", at=1)
    if is_rate(delta):
        entry["minDelta"] = delta
    recipe.put("training.earlyStopping", entry, "EarlyStopping", callback.line)
    monitor = callback.option("monitor", at=0)
    recipe.put("training.monitor", _MONITORS.get(monitor if isinstance(monitor, str) else "val_loss", "ValLoss"))


def _plateau(recipe: Recipe, callback: Made) -> None:
    entry: dict[str, Any] = {"name": "Plateau"}
    for option, key, place, fits in (
        ("factor", "factor", 1, lambda value: is_rate(value) and value < 1),
        ("patience", "patience", 2, is_count),
    ):
        value = callback.option(option, at=place)
        if fits(value):
            entry[key] = value
    recipe.put("training.schedule", entry, "ReduceLROnPlateau", callback.line)

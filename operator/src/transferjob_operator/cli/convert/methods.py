"""What methods of models, layers and datasets mean: compile, fit, add, flow_from_directory, map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values import UNKNOWN, Compiled, Fit, Made, Model, Net, Tensor, trainable_flags

if TYPE_CHECKING:
    from .reader import Reader

_FLOWS = ("flow_from_directory", "flow", "flow_from_dataframe")
_SAME_DATA = ("map", "prefetch", "cache", "shuffle", "repeat", "take", "skip", "with_options", "astype", "reshape")
_FIT_POSITIONS = ("x", "y", "batch_size", "epochs")
_GENERATOR_POSITIONS = ("x", "steps_per_epoch", "epochs")


def call_method(reader: Reader, owner: Any, name: str, args: list[Any], options: dict[str, Any], line: int) -> Any:
    """The value of owner.name(...)."""
    if isinstance(owner, Net) and name in ("compile", "fit", "fit_generator"):
        owner = _model_of(reader, owner, line)
    if isinstance(owner, Model):
        return _of_model(reader, owner, name, args, options, line)
    if isinstance(owner, Net):
        return _layer(owner.layers, args, options) if name == "get_layer" else UNKNOWN
    if isinstance(owner, Made):
        return _of_made(reader, owner, name, args, options, line)
    if isinstance(owner, list) and name == "append" and args:
        owner.append(args[0])
    return UNKNOWN


def _model_of(reader: Reader, net: Net, line: int) -> Model:
    """A backbone that is trained as it is is a model without a head of its own."""
    known = next((model for model in reader.models if model.parts == [net]), None)
    if known is None:
        known = Model([net], True, False, line)
        reader.models.append(known)
    return known


def _of_model(reader: Reader, model: Model, name: str, args: list[Any], options: dict[str, Any], line: int) -> Any:
    if name == "add":
        from .calls import add_part

        add_part(reader, model, args[0] if args else options.get("layer", UNKNOWN), line)
        return None
    if name == "compile":
        optimizer = args[0] if args else options.get("optimizer", UNKNOWN)
        loss = args[1] if len(args) > 1 else options.get("loss")
        model.compiled = Compiled(optimizer, loss, line, trainable_flags(model))
        return None
    if name in ("fit", "fit_generator"):
        return _fit(reader, model, name, args, options, line)
    if name == "evaluate":
        reader.measured.append((args[0] if args else options.get("x", UNKNOWN), line))
        return UNKNOWN
    if name == "get_layer":
        return _layer(model.layers, args, options)
    if name in ("pop",):
        reader.miss(line, "model.pop() is not followed")
    return UNKNOWN


def _fit(reader: Reader, model: Model, name: str, args: list[Any], options: dict[str, Any], line: int) -> Made:
    positions = _GENERATOR_POSITIONS if name == "fit_generator" else _FIT_POSITIONS
    given = dict(zip(positions, args, strict=False)) | options
    if name == "fit_generator":
        reader.note(line, "fit_generator is gone from Keras; fit takes its place")
        given.setdefault("x", given.get("generator", UNKNOWN))
    if "nb_epoch" in given:
        reader.note(line, "nb_epoch is no longer taken by Keras; it is epochs now")
        given.setdefault("epochs", given["nb_epoch"])
    reader.fits.append(Fit(line, model, trainable_flags(model), model.compiled, given))
    return Made("History", options={"epochs": given.get("epochs", 1)}, line=line)


def _layer(layers: list[Any], args: list[Any], options: dict[str, Any]) -> Any:
    wanted = options.get("name", args[0] if args else UNKNOWN)
    index = options.get("index", UNKNOWN)
    if isinstance(index, int):
        return layers[index] if -len(layers) <= index < len(layers) else UNKNOWN
    return next(
        (layer for layer in layers if (layer.facts.name.lower() if isinstance(layer, Net) else layer.name) == wanted),
        UNKNOWN,
    )


def _of_made(reader: Reader, made: Made, name: str, args: list[Any], options: dict[str, Any], line: int) -> Any:
    if name in _FLOWS:
        data = Made(name, tuple(args), {**options, "generator": made}, line)
        reader.data.append(data)
        return data
    if name == "batch" and args:
        made.options["batch_size"] = args[0]
    if name in (*_SAME_DATA, "batch"):
        return made
    return Tensor() if name == "call" else UNKNOWN

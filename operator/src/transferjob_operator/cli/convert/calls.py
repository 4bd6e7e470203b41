"""What a call in a snippet means: a backbone, a layer, a model, a dataset, or one of Python's own functions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from transferjob_trainer.contract import BACKBONES

from .constants import is_number, text_method
from .methods import call_method
from .networks import make_net
from .values import (
    ARRAYS,
    HELD_OUT,
    NAMESPACE,
    NO_PREPROCESSING,
    UNKNOWN,
    Function,
    LayerList,
    Made,
    Model,
    Net,
    Symbol,
    Tensor,
)

if TYPE_CHECKING:
    from .reader import Reader

DATASET_FUNCTIONS = ("image_dataset_from_directory", "load_data", "from_tensor_slices", "load")
_MOST_ITEMS = 2_000


def call(reader: Any, node: ast.Call) -> Any:
    """The value of a call."""
    args = [reader.evaluate(arg) for arg in node.args if not isinstance(arg, ast.Starred)]
    options = {keyword.arg: reader.evaluate(keyword.value) for keyword in node.keywords if keyword.arg}
    if isinstance(node.func, ast.Attribute):
        owner = reader.evaluate(node.func.value)
        if isinstance(owner, str):
            return text_method(owner, node.func.attr, args)
        if not isinstance(owner, Symbol):
            return call_method(reader, owner, node.func.attr, args, options, node.lineno)
    target = reader.evaluate(node.func)
    if isinstance(target, Function):
        return reader.call_function(target.node.name, target, args, options)
    if isinstance(target, Symbol):
        return _call_symbol(reader, target, args, options, node.lineno)
    return _call_value(reader, target, args, options, node.lineno)


def _call_symbol(reader: Reader, symbol: Symbol, args: list[Any], options: dict[str, Any], line: int) -> Any:
    name = symbol.name
    if name in BACKBONES:
        net = make_net(reader, name, args, options, line)
        reader.nets.append(net)
        return net
    if name in ("Model", "Functional"):
        return _model(reader, args, options, line)
    if name == "Sequential":
        return _sequential(reader, args, options, line)
    if name == "Input":
        return Tensor((Made("Input", tuple(args), options, line),))
    if name in DATASET_FUNCTIONS:
        return _dataset(reader, symbol, args, options, line)
    if name[:1].isupper() and name != "Path":
        made = Made(name, tuple(args), options, line, name=_layer_name(name, options))
        if name.startswith("Random") and name != "RandomState":
            reader.random_layers.append(made)
        return made
    return _plain_function(reader, symbol, args, line)


def _dataset(reader: Reader, symbol: Symbol, args: list[Any], options: dict[str, Any], line: int) -> Any:
    data = Made(symbol.name, tuple(args), options, line, name=symbol.path.rpartition(".")[0].rpartition(".")[2])
    reader.data.append(data)
    if symbol.name != "load_data":
        return data
    held_out = Made(HELD_OUT, line=line, name=data.name)
    return (data, data), (held_out, held_out)


def _call_value(reader: Reader, target: Any, args: list[Any], options: dict[str, Any], line: int) -> Any:
    """A layer, model or backbone that is called with a tensor; of a class with constants, the constants."""
    if isinstance(target, Made) and target.kind == NAMESPACE:
        return target
    tensor = args[0] if args else options.get("inputs", UNKNOWN)
    if not isinstance(tensor, Tensor):
        return UNKNOWN
    if isinstance(target, Net):
        if options.get("training") is False:
            reader.note(line, "training=False is not needed: what is frozen runs in inference mode")
        return tensor.through(target)
    if isinstance(target, Model):
        return tensor.through(*target.parts)
    return tensor.through(target) if isinstance(target, Made) else UNKNOWN


def _model(reader: Reader, args: list[Any], options: dict[str, Any], line: int) -> Any:
    for old in ("input", "output"):
        if old in options:
            reader.note(line, f"{old}= is no longer taken by Keras; it is {old}s= now")
    output = next((options[name] for name in ("outputs", "output") if name in options), None)
    output = args[1] if output is None and len(args) > 1 else output
    if not isinstance(output, Tensor):
        reader.miss(line, "the model's output is not known")
        return UNKNOWN
    parts = [part for part in output.parts if not (isinstance(part, Made) and part.kind == "Input")]
    return _kept(reader, Model(parts, output.flat, False, line))


def _sequential(reader: Reader, args: list[Any], options: dict[str, Any], line: int) -> Model:
    given = args[0] if args else options.get("layers", [])
    model = Model([], False, True, line)
    for part in given if isinstance(given, list | tuple) else []:
        add_part(reader, model, part, line)
    return _kept(reader, model)


def add_part(reader: Reader, model: Model, part: Any, line: int) -> None:
    """What `model.add(part)` does."""
    if isinstance(part, Model):
        model.parts += part.parts
    elif isinstance(part, Net) or (isinstance(part, Made) and part.owner is None):
        if not isinstance(part, Made) or part.kind not in ("Input", "InputLayer"):
            model.parts.append(part)
    elif isinstance(part, Made) and part.owner is not None:
        model.flat = True
        if part.owner not in model.parts:
            model.parts.append(part.owner)
    elif not isinstance(part, Tensor):
        reader.miss(line, "a layer that is not known is left out")


def _kept(reader: Reader, model: Model) -> Model:
    reader.models.append(model)
    return model


def _layer_name(kind: str, options: dict[str, Any]) -> str:
    """The name that was given, or one as Keras makes it, without its number."""
    name = options.get("name")
    if isinstance(name, str):
        return name
    broken = "".join(
        f"_{c.lower()}" if c.isupper() and p.islower() else c for p, c in zip(f" {kind}", kind, strict=False)
    )
    return broken.lower()


def _plain_function(reader: Reader, symbol: Symbol, args: list[Any], line: int) -> Any:
    name = symbol.name
    first: Any = args[0] if args else UNKNOWN
    if isinstance(first, Tensor):
        return _function_of_tensor(reader, name, first, line)
    if name == "preprocess_input" and isinstance(first, Made) and first.kind in ARRAYS:
        reader.note(line, NO_PREPROCESSING)
        return first
    if name == "len":
        return len(first) if isinstance(first, list | tuple | str | dict) else UNKNOWN
    if name == "isinstance":
        return _is_instance(first, args[1] if len(args) > 1 else UNKNOWN)
    if name in ("enumerate", "list", "tuple", "reversed") and isinstance(first, list | tuple):
        return _sequence(name, first)
    if name == "range" and args and all(isinstance(arg, int) for arg in args):
        return _range(args)
    if name in ("int", "float", "round") and is_number(first):
        return float(first) if name == "float" else int(first) if name == "int" else round(first)
    if name in ("join", "Path", "str") and args and all(isinstance(arg, str) for arg in args):
        return "/".join(args)
    return UNKNOWN


def _function_of_tensor(reader: Reader, name: str, tensor: Tensor, line: int) -> Any:
    if name == "preprocess_input":
        reader.note(line, NO_PREPROCESSING)
    else:
        reader.miss(line, f"{name}() on a tensor is left out")
    return tensor


def _sequence(name: str, items: list[Any] | tuple[Any, ...]) -> list[Any]:
    if name == "enumerate":
        return list(enumerate(items))
    return LayerList(reversed(items) if name == "reversed" else items)


def _range(bounds: list[int]) -> Any:
    try:
        numbers = range(*bounds[:3])
    except ValueError:
        return UNKNOWN
    return list(numbers) if len(numbers) <= _MOST_ITEMS else UNKNOWN


def _is_instance(value: Any, kinds: Any) -> Any:
    names = [kind.name for kind in (kinds if isinstance(kinds, tuple) else (kinds,)) if isinstance(kind, Symbol)]
    if not names:
        return UNKNOWN
    if isinstance(value, Net | Model):
        return bool({"Model", "Functional", "Sequential"}.intersection(names))
    return value.kind in names if isinstance(value, Made) else UNKNOWN

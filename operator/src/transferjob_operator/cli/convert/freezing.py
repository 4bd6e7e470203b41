"""From layers that learn or do not to a freeze count; refuses what no freeze count says."""

from __future__ import annotations

from dataclasses import dataclass

from transferjob_trainer.contract.arguments import graph_name
from transferjob_trainer.contract.block_table import block_table

from ..errors import CliError
from .reader import Reader
from .values import Made, Model, Net

_WEIGHTLESS = (
    "Dropout", "Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "GlobalAvgPool2D", "GlobalMaxPool2D",
    "Activation", "ReLU", "Softmax", "Reshape", "InputLayer", "Rescaling", "Resizing", "RandomFlip", "RandomRotation",
    "RandomZoom", "RandomContrast", "RandomTranslation", "Lambda", "AveragePooling2D", "MaxPooling2D",
)  # fmt: skip
_BATCH_NORM = "BatchNormalization"


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a snippet froze at one moment."""

    count: int
    line: int
    """Of the statement that froze the last layer; 0 where nothing is."""
    still_norms: bool
    """BatchNorms behind the count are held still."""


def read_freeze(reader: Reader, model: Model, net: Net, flags: tuple[bool, ...]) -> Frozen:
    """The freeze count of a model whose layers learn as the flags say, those of its backbone one by one.

    Raises:
        CliError: the head is frozen, or what is frozen is no prefix of the backbone.
    """
    of_net, of_head = _shared_out(model, net, flags)
    _refuse_frozen_head(reader, model, net, of_head)
    return _prefix(reader, net, of_net)


def freeze_form(net: Net, count: int) -> tuple[dict[str, object], str]:
    """The freeze as a manifest has it, with where it cuts."""
    depth = len(net.layers)
    if count == depth:
        return {"all": True}, f"all {depth} layers of {net.facts.name} are frozen, only the head learns"
    if count == 0:
        return {"none": True}, "nothing is frozen, everything learns"
    table = block_table(graph_name(net.facts.name, net.arguments), net.variant)
    text = f"layers[:{count}] of {depth} are frozen; the cut is {table.place_of(count)}"
    name, end = table.nearest_end(count)
    return {"layers": count}, text if end == count else f"{text}; the nearest block end is {end} ({name})"


def _shared_out(model: Model, net: Net, flags: tuple[bool, ...]) -> tuple[list[bool], list[tuple[Made, bool]]]:
    of_net: list[bool] = []
    of_head: list[tuple[Made, bool]] = []
    rest = iter(flags)
    for part in model.parts:
        if isinstance(part, Net):
            taken = [next(rest) for _ in part.layers]
            of_net = taken if part is net else of_net
        else:
            of_head.append((part, next(rest)))
    return of_net, of_head


def _refuse_frozen_head(reader: Reader, model: Model, net: Net, of_head: list[tuple[Made, bool]]) -> None:
    still = [layer for layer, learns in of_head if not learns]
    if not any(layer.kind not in _WEIGHTLESS and layer.option("trainable") is not False for layer in still):
        return
    names = ", ".join(_numbered([layer.name for layer in still]))
    depth = len(net.layers)
    why = (
        f"the model's own list holds the {net.facts.name} as one layer and the head behind it"
        if not model.flat
        else f"{net.facts.name} has {depth} layers, so the slice reaches into the head"
    )
    raise _fault(reader, still, f"this freezes layers of the head too, which could not learn: {names}; {why}."
                 f" Take the slice on the backbone itself, at most layers[:{depth}].")  # fmt: skip


def _fault(reader: Reader, still: list[Made], text: str) -> CliError:
    return reader.fault(max(layer.frozen_at for layer in still), text)


def _numbered(names: list[str]) -> list[str]:
    """As Keras names the second of a kind."""
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        count = seen[name] = seen.get(name, -1) + 1
        numbered.append(f"{name}_{count}" if count else name)
    return numbered


def _prefix(reader: Reader, net: Net, learns: list[bool]) -> Frozen:
    last = max((place for place, flag in enumerate(learns, 1) if not flag), default=0)
    first = learns.index(True) if True in learns else len(learns)
    line = net.layers[last - 1].frozen_at if last else 0
    if last <= first:
        return Frozen(last, line, still_norms=False)
    weighty = [
        (place, flag)
        for place, (layer, flag) in enumerate(zip(net.layers, learns, strict=True), 1)
        if layer.parameters and layer.kind != _BATCH_NORM
    ]
    # All layers up to the first that learns are frozen, BatchNorms among them.
    count = max(first, *(place for place, flag in weighty if not flag), 0)
    if any(flag for place, flag in weighty if place <= count):
        between = next(net.layers[place - 1].name for place, flag in weighty if flag)
        gap = f"{net.layers[count - 1].name} is frozen and {between} before it learns"
        raise reader.fault(line, f"{gap}; a freeze count freezes from the input on, without a gap.")
    return _around_norms(reader, net, learns, count, line)


def _around_norms(reader: Reader, net: Net, learns: list[bool], count: int, line: int) -> Frozen:
    """The layers with weights are a prefix; BatchNorms and layers without weights are as they are."""
    norms = [(place, learns[place - 1]) for place, layer in enumerate(net.layers, 1) if layer.kind == _BATCH_NORM]
    if any(flag for place, flag in norms if place <= count):
        reader.note(line, "BatchNorms of the frozen part are left to learn; the manifest freezes them with the rest")
    behind = [flag for place, flag in norms if place > count]
    return Frozen(count, line, still_norms=bool(behind) and not any(behind))

"""What the names of a snippet stand for, as far as it matters: numbers, layers, backbones, models, calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from transferjob_trainer.contract import BackboneFacts, Variant
from transferjob_trainer.contract.arguments import BackboneArguments


class Unknown:
    """A value that cannot be told without running the snippet."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN: Final = Unknown()
HELD_OUT: Final = "held out"
"""Kind of the second part of what load_data gives: pictures to measure on."""
ARRAYS: Final = ("load_data", HELD_OUT)
"""Kinds of data that a snippet may compute with before the model sees it."""
NO_RESCALING: Final = "rescaling is not needed: the backbone's own preprocessing is part of the model"
NO_PREPROCESSING: Final = "preprocess_input is not needed: the backbone's own is part of the model"
NAMESPACE: Final = "class"
"""Kind of a class that holds constants, and of what is made of it."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name of a library, by its dotted path, or one that the snippet does not define."""

    path: str

    @property
    def name(self) -> str:
        """Its last part: Keras has moved its modules often, the names of its classes hardly ever."""
        return self.path.rpartition(".")[2]


@dataclass(eq=False, slots=True)
class Made:
    """What a call of a class or of a dataset's function made: a layer, an optimizer, a callback, a dataset."""

    kind: str
    args: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    line: int = 0
    name: str = ""
    parameters: int | None = None
    """Of a layer of a backbone; None of what the snippet made itself."""
    owner: Net | None = None
    """The backbone of a layer; the ImageDataGenerator of a flow is in `options`."""
    trainable: bool = True
    frozen_at: int = 0
    """Line that froze it."""

    def option(self, *names: str, at: int | None = None) -> Any:
        """The argument of the first of these names, else the positional one; None when it is not given."""
        for name in names:
            if name in self.options:
                return self.options[name]
        return self.args[at] if at is not None and at < len(self.args) else None

    def set_trainable(self, value: bool, line: int) -> None:
        """As `layer.trainable = value` does."""
        self.trainable, self.frozen_at = value, 0 if value else line


class LayerList(list[Any]):
    """`model.layers`; `open_end` where its last layers are those of a classifier that is not known here."""

    open_end = False


@dataclass(eq=False, slots=True)
class Net:
    """A backbone of keras.applications."""

    facts: BackboneFacts
    variant: Variant
    made: Made
    with_top: bool
    arguments: BackboneArguments | None = None
    """Those that shape its graph and that a manifest has."""
    layers: list[Made] = field(default_factory=list)

    def set_trainable(self, value: bool, line: int) -> None:
        """Of a whole network goes to each of its layers."""
        for layer in self.layers:
            layer.set_trainable(value, line)


Part = Made | Net


@dataclass(frozen=True, slots=True)
class Tensor:
    """A symbolic tensor: what it went through, from the input on."""

    parts: tuple[Part, ...] = ()
    flat: bool = False
    """Whether the backbone's own layers became the model's: `base.output` was used, not `base(x)`."""

    def through(self, *parts: Part) -> Tensor:
        """The tensor behind these."""
        return Tensor((*self.parts, *parts), self.flat)


@dataclass(eq=False, slots=True)
class Model:
    """A Sequential or functional model."""

    parts: list[Part]
    flat: bool
    sequential: bool
    line: int
    compiled: Compiled | None = None

    @property
    def net(self) -> Net | None:
        """The backbone inside, if there is one."""
        return next((part for part in self.parts if isinstance(part, Net)), None)

    @property
    def layers(self) -> LayerList:
        """As `model.layers` lists them."""
        if self.flat:
            return LayerList(self._flattened())
        return LayerList(self.parts if self.sequential else [Made("InputLayer", name="input_layer"), *self.parts])

    def set_trainable(self, value: bool, line: int) -> None:
        """Of a whole model goes to each of its layers."""
        for part in self.parts:
            part.set_trainable(value, line)

    def _flattened(self) -> Iterator[Made]:
        for part in self.parts:
            yield from part.layers if isinstance(part, Net) else [part]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A call of compile()."""

    optimizer: Any
    loss: Any
    line: int
    trainable: tuple[bool, ...]
    """Which layers of the model were to learn then."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A call of fit(): the model as it was then."""

    line: int
    model: Model
    trainable: tuple[bool, ...]
    compiled: Compiled | None
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the snippet."""

    node: ast.FunctionDef


def trainable_flags(model: Model) -> tuple[bool, ...]:
    """Of each layer, those of the backbone one by one."""
    return tuple(
        layer.trainable for part in model.parts for layer in (part.layers if isinstance(part, Net) else [part])
    )

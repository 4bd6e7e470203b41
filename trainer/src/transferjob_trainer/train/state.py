"""What a checkpoint must hold so that training goes on as if it had never stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict, Field

from ..contract.base import Document
from ..contract.report import EpochReport

Arrays = dict[str, npt.NDArray[Any]]

MODEL, OPTIMIZER, BEST = "model", "optimizer", "best"
"""First parts of the names of arrays."""


class Position(Document):
    """Where training stands: between two steps."""

    phase: int = Field(default=0, ge=0)
    """Index of the phase."""
    epoch: int = Field(default=1, ge=1)
    """The epoch that is being trained, counted through all phases."""
    step: int = Field(default=0, ge=0)
    """Steps of it that are done."""


class SumsDocument(Document):
    """Sums of the running epoch."""

    loss: float = 0.0
    """Sum of the losses."""
    right: float = 0.0
    """Right answers."""
    examples: float = 0.0
    """Examples."""


class BestDocument(Document):
    """The best epoch so far."""

    epoch: int = 0
    """Its number; 0: none yet."""
    figure: float = 0.0
    """Its monitored figure, the larger the better."""
    tie: float = 0.0
    """What decides between equal ones, the larger the better."""


class PatienceDocument(Document):
    """How long a figure has not got better."""

    figure: float | None = None
    """The best figure so far, the larger the better."""
    waited: int = 0
    """Epochs since."""


class PhaseDocument(Document):
    """What belongs to a phase that has begun."""

    stopping: PatienceDocument = PatienceDocument()
    """Of early stopping."""
    plateau: PatienceDocument = PatienceDocument()
    """Of the plateau schedule."""
    rate_factor: float = 1.0
    """What the plateau schedule has made of the rate."""


class EpochDocument(EpochReport):
    """A whole epoch, as a report shows it."""

    model_config = ConfigDict(extra="forbid")

    phase: int
    """Index of the phase."""
    learning_rate: float | None = None
    """Rate of its last step, before factors by layer; absent in checkpoints that older trainers wrote."""
    seconds: float
    """Seconds that it took; of one that was interrupted, those after the interruption."""


class TrainingDocument(Document):
    """The part of the state that is no array."""

    version: Literal[1] = 1
    """Version of this document."""
    position: Position
    """Where it goes on."""
    sums: SumsDocument = SumsDocument()
    """Of the running epoch."""
    best: BestDocument = BestDocument()
    """The best epoch so far; its weights are arrays."""
    phase: PhaseDocument | None = None
    """Of the running phase, whose optimizer is among the arrays; absent between two phases."""
    history: tuple[EpochDocument, ...] = ()
    """The epochs that are done."""


@dataclass(frozen=True, slots=True)
class TrainingState:
    """A document and its arrays by name, `model/...`, `optimizer/...`, `best/...`. The arrays are copies."""

    document: TrainingDocument
    arrays: Arrays


def moving_variables(model: Any, still: Iterable[Any]) -> dict[str, Any]:
    """The Keras variables of a model that training may change, by a name that every attempt gives them.

    With the states of random generators, without the variables of the layers that no phase trains.

    Args:
        model: the whole network.
        still: layers that are frozen in all phases.
    """
    left_out = {id(variable) for layer in still for variable in layer.variables}
    return {f"{index:05d}": variable for index, variable in enumerate(model.variables) if id(variable) not in left_out}


def copied(kind: str, variables: Mapping[str, Any]) -> Arrays:
    """Copies of the variables' values, named kind/name."""
    return {f"{kind}/{name}": np.array(variable.value) for name, variable in variables.items()}


def assigned(kind: str, variables: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Puts the arrays of a kind into the variables; all must be there, with their shapes.

    Raises:
        ValueError: an array is missing, left over, or of another shape.
    """
    wanted = {f"{kind}/{name}": tuple(variable.shape) for name, variable in variables.items()}
    found = {name: array.shape for name, array in arrays.items() if name.startswith(f"{kind}/")}
    if wanted != found:
        wrong = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
        raise ValueError(f"the state does not fit this run: {len(wrong)} arrays differ, first {wrong[0]}")
    for name, variable in variables.items():
        variable.assign(arrays[f"{kind}/{name}"])


def numbered(variables: Sequence[Any]) -> dict[str, Any]:
    """Names for variables that have an order and no names of their own."""
    return {f"{index:05d}": variable for index, variable in enumerate(variables)}

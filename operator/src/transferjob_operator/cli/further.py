"""Problems that show only when the first ones are out of the way, found by taking the faulty parts out."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from ..api.problems import Problem
from ..api.transfer_job import InvalidTransferJob, parse_transfer_job
from .manifest import FieldPath

_METADATA = {"name": "stand-in"}
"""Its own faults are among the first problems."""
_STAND_INS: dict[str, Any] = {
    "backbone": {"name": "ResNet50"},
    "freeze": {"none": True},
    "dataset": {"uri": "sklearn://digits"},
    "output": {"uri": "s3://stand-in/models/"},
}
"""For the required parts of a spec that are missing or were taken out."""
_OF_THE_BACKBONE = ("spec.freeze", "spec.input", "spec.training")
"""Where rules ask the backbone; nothing is said there when a stand-in takes its place."""
_MOST_ROUNDS = 4


def further_problems(body: dict[str, Any], first: Iterable[Problem], paths: dict[str, FieldPath]) -> list[Problem]:
    """What is wrong beside the first problems.

    Rules across fields are looked at only where every field is well formed, so a wrong type in one place would hide
    a freeze count beyond the backbone in another.

    Args:
        body: the manifest.
        first: what was found in it.
        paths: the fields of the manifest by their dotted names.
    """
    if not isinstance(body.get("spec"), dict):
        return []
    rest, removed, found = copy.deepcopy(body), set[str](), dict[str, Problem]()
    problems = list(first)
    for _ in range(_MOST_ROUNDS):
        removed |= {name for problem in problems if (name := _taken_out(rest, problem.path, paths, removed))}
        replaced = {f"spec.{name}" for name in _STAND_INS if name not in rest["spec"]}
        try:
            parse_transfer_job({**rest, "metadata": _METADATA, "spec": {**_STAND_INS, **rest["spec"]}})
        except InvalidTransferJob as error:
            problems = list(error.problems)
            found |= {problem.path: problem for problem in _new(problems, removed | replaced)}
        else:
            break
    return list(found.values())


def _taken_out(rest: dict[str, Any], field: str, paths: dict[str, FieldPath], removed: set[str]) -> str:
    """Takes out the field, or, where that is gone already, what is around it; its name, or nothing.

    Of a list the whole goes: what is left of it would have other places.
    """
    name = field
    while name and (name not in paths or name in removed or name.endswith("]")):
        name = name[: max(name.rfind("."), name.rfind("["), 0)]
    path = paths.get(name, ())
    if len(path) < 2 or path[0] != "spec":
        return ""
    target: Any = rest
    for part in path[:-1]:
        target = target.get(part) if isinstance(target, dict) else None
    if isinstance(target, dict):
        target.pop(path[-1], None)
    return name


def _new(problems: Iterable[Problem], gone: set[str]) -> Iterator[Problem]:
    for problem in problems:
        around = any(_within(name, problem.path) for name in gone)
        inside = any(_within(problem.path, name) for name in gone)
        of_stand_in = "spec.backbone" in gone and problem.path.startswith(_OF_THE_BACKBONE)
        if not (around or inside or of_stand_in):
            yield problem


def _within(name: str, other: str) -> bool:
    """Whether the first field is the second or lies in it."""
    return name == other or name.startswith((f"{other}.", f"{other}["))

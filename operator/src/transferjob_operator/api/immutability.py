"""What of a spec may not change once the TransferJob exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from .resources import RunSpec
from .rule import Rule
from .schema import Schema
from .spec import TransferJobSpec

MUTABLE_RUN_FIELDS = (
    "suspend",
    "queue_timeout_seconds",
    "start_timeout_seconds",
    "stall_timeout_seconds",
    "active_deadline_seconds",
    "ttl_seconds_after_finished",
)
_MESSAGE = "cannot be changed after creation; make a new TransferJob"


def transition_rules(spec: Schema) -> Iterator[Rule]:
    """One rule a field, which refuses adding and removing it too.

    A field that is always there, since it is required or has a default, carries the rule itself. That costs the server
    a fraction of the same rule on the object around it, and it evaluates all of them at each status patch (record 65).
    """
    yield from _fixed(spec, "", (name for name in TransferJobSpec.model_fields if name != "run"), TransferJobSpec)
    fixed = (name for name in RunSpec.model_fields if name not in MUTABLE_RUN_FIELDS)
    yield from _fixed(spec["properties"]["run"], "run", fixed, RunSpec)


def _fixed(schema: Schema, at: str, names: Iterable[str], model: type[BaseModel]) -> Iterator[Rule]:
    for name in names:
        field = model.model_fields[name].alias or name
        if field in schema.get("required", ()) or "default" in schema["properties"][field]:
            yield Rule(f"{at}.{field}".removeprefix("."), "self == oldSelf", _MESSAGE)
        else:
            yield Rule(at, _same_or_absent(field), _MESSAGE, field=field)


def _same_or_absent(field: str) -> str:
    both = f"has(self.{field}) == has(oldSelf.{field})"
    return f"{both} && (!has(self.{field}) || self.{field} == oldSelf.{field})"

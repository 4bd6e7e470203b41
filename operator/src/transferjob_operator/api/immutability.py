"""What of a spec may not change once the TransferJob exists."""

from __future__ import annotations

from .resources import RunSpec
from .rule import Rule
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


def transition_rules() -> list[Rule]:
    """One rule a field, on the object around it, so that adding and removing the field is refused too."""
    fixed = [(name, field.alias or name) for name, field in RunSpec.model_fields.items()]
    return [
        *(_fixed("", field.alias or name) for name, field in TransferJobSpec.model_fields.items() if name != "run"),
        *(_fixed("run", alias) for name, alias in fixed if name not in MUTABLE_RUN_FIELDS),
    ]


def _fixed(at: str, field: str) -> Rule:
    both = f"has(self.{field}) == has(oldSelf.{field})"
    return Rule(at, f"{both} && (!has(self.{field}) || self.{field} == oldSelf.{field})", _MESSAGE, field=field)

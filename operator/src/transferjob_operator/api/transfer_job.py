"""A TransferJob as the API server hands it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import ValidationError

from transferjob_trainer.contract.base import DnsSubdomain, TolerantDocument

from .identity import API_VERSION, KIND
from .problems import Problem, problem_of
from .rules import broken_rules
from .spec import TransferJobSpec
from .status import TransferJobStatus
from .times import Time
from .unsupported import unsupported_problems


class InvalidTransferJob(ValueError):
    """A manifest that cannot be worked with; `problems` has everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


class Metadata(TolerantDocument):
    """The part of an object's metadata that is used."""

    name: DnsSubdomain
    """Name of the job."""
    namespace: str = "default"
    """Namespace of the job."""
    uid: str = ""
    """UID; empty in a manifest that was not applied."""
    generation: int = 0
    """Counts the changes of the spec."""
    resource_version: str = ""
    """Version of the whole object."""
    labels: dict[str, str] | None = None
    """Labels."""
    annotations: dict[str, str] | None = None
    """Annotations."""
    creation_timestamp: Time | None = None
    """When it was created."""
    deletion_timestamp: Time | None = None
    """When its deletion was asked for."""


class TransferJob(TolerantDocument):
    """One run of transfer learning."""

    metadata: Metadata
    """Name, namespace and the rest."""
    spec: TransferJobSpec
    """What is wanted."""
    status: TransferJobStatus = TransferJobStatus()
    """What the operator has observed."""


def parse_transfer_job(raw: Mapping[str, Any]) -> TransferJob:
    """The TransferJob in a document of the API server or a manifest, with defaults filled in.

    Raises:
        InvalidTransferJob: anything is wrong: types, bounds, rules across fields, fields that are not supported yet.
    """
    problems = [*_wrong_kind(raw), *unsupported_problems(raw.get("spec"))]
    try:
        # From JSON, because only there is a list a tuple and text a time while nothing else is converted.
        job = TransferJob.model_validate_json(orjson.dumps(_without_nulls(raw)), strict=True)
    except ValidationError as error:
        problems += (problem_of(entry, TransferJob) for entry in error.errors(include_url=False))
    except (TypeError, ValueError) as error:
        problems.append(Problem("manifest", f"cannot be written as JSON: {error}"))
    else:
        problems += broken_rules(job.spec)
        if not problems:
            return job
    raise InvalidTransferJob(problems)


def _without_nulls(value: Any) -> Any:
    """A field that is null counts as absent, as for the API server."""
    if isinstance(value, Mapping):
        return {name: _without_nulls(child) for name, child in value.items() if child is not None}
    return [_without_nulls(child) for child in value] if isinstance(value, list) else value


def _wrong_kind(raw: Mapping[str, Any]) -> list[Problem]:
    wanted = {"apiVersion": API_VERSION, "kind": KIND}
    return [
        Problem(name, f"must be {value}, got {raw.get(name)!r}")
        for name, value in wanted.items()
        if raw.get(name, value) != value
    ]

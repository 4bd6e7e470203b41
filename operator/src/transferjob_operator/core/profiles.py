"""Profiles: named sets of defaults that the cluster's administrator configures, and how a job takes one up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

import orjson
from pydantic import Field, ValidationError, model_validator

from transferjob_trainer.contract.base import DnsLabel, Document
from transferjob_trainer.contract.unsupported import find_unsupported

from ..api.pod import PodSpec
from ..api.problems import Problem, problem_of
from ..api.resources import ResourcesSpec, RunSpec
from ..api.status import ProfileStatus
from ..api.transfer_job import TransferJob
from .merge import merged
from .naming import PROFILE_ANNOTATION
from .records import JobRecord

DEFAULT = "default"
"""The profile of a job that names none."""
PARTS = ("resources", "run", "pod")
MAX_PROFILES = 64
MAX_BYTES = 4096
"""Of one profile as JSON: each job that takes it up keeps a copy in its status."""
_REMEMBERED = 1024
"""Of what jobs took up, and of what that makes with their own: thousands of jobs share a few, and ask at each pass."""


class _Parts(Document):
    resources: ResourcesSpec = Field(default_factory=ResourcesSpec)
    """Defaults of spec.resources."""
    run: RunSpec = Field(default_factory=RunSpec)
    """Defaults of the limits under spec.run."""
    pod: PodSpec = Field(default_factory=PodSpec)
    """Defaults of spec.pod."""


class Profile(_Parts):
    """Defaults of one profile, in the spelling of the spec; what is not set there is not a default of it."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if "suspend" in self.run.model_fields_set:
            raise ValueError("run.suspend is each job's own and no default")
        if missing := find_unsupported(self.defaults):
            raise ValueError(f"{', '.join(missing)}: not supported yet")
        if (size := len(orjson.dumps(self.defaults))) > MAX_BYTES:
            raise ValueError(f"must be at most {MAX_BYTES} bytes as JSON, got {size}")
        return self

    @property
    def defaults(self) -> dict[str, Any]:
        """What it sets, as plain JSON."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)


class _Profiles(Document):
    profiles: dict[DnsLabel, Profile] = Field(max_length=MAX_PROFILES)


Profiles = Mapping[str, Profile]


class InvalidProfiles(ValueError):
    """The profiles cannot be used; the text names every field that is wrong."""


def parse_profiles(document: object) -> Profiles:
    """The profiles by name, from a map of names to sets of defaults.

    Raises:
        InvalidProfiles: an unknown field, a value that a spec could not have, a name that spec.profile could not.
    """
    try:
        return _Profiles.model_validate_json(orjson.dumps({"profiles": document}), strict=True).profiles
    except ValidationError as error:
        told = (problem_of(entry, _Profiles) for entry in error.errors(include_url=False))
        raise InvalidProfiles("; ".join(f"{_below_root(entry.path)}: {entry.message}" for entry in told)) from None
    except TypeError as error:
        raise InvalidProfiles(f"cannot be written as JSON: {error}") from None


def chosen_profile(job: TransferJob, kept: Sequence[ProfileStatus | None], profiles: Profiles) -> ProfileStatus | None:
    """The profile of a job; None where it has none, or where the one that it names does not exist.

    Args:
        job: The resource as it is applied.
        kept: What the job has taken up before, in its status and on its child: this stays, whatever is configured now.
        profiles: What is configured now.
    """
    name = job.spec.profile or DEFAULT
    taken = next((entry for entry in kept if entry is not None and entry.name == name and _takes(entry)), None)
    if taken is not None or name not in profiles:
        return taken
    return ProfileStatus(name=name, defaults=profiles[name].defaults)


def with_defaults(job: TransferJob, profile: ProfileStatus | None) -> tuple[TransferJob, tuple[Problem, ...]]:
    """The job as it reads with the defaults below what its spec says, and what of that cannot be.

    The API server leaves absent what the manifest does not say, so a value that equals our own default still wins.
    """
    if profile is None:
        return job, ()
    given = {
        name: getattr(job.spec, name).model_dump(by_alias=True, exclude_unset=True, exclude_none=True) for name in PARTS
    }
    both = _together(orjson.dumps(profile.defaults), orjson.dumps(given))
    if not isinstance(both, _Parts):
        return job, tuple(_named(problem, profile.name) for problem in both)
    spec = job.spec.model_copy(update={name: getattr(both, name) for name in PARTS})
    return job.model_copy(update={"spec": spec}), ()


def marked(manifest: dict[str, Any], profile: ProfileStatus | None) -> dict[str, Any]:
    """The child's manifest with the profile that it is made with: the status may be written after it, or emptied."""
    if profile is None:
        return manifest
    annotations = {PROFILE_ANNOTATION: profile.model_dump_json(by_alias=True)}
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": annotations}}


def profile_of(child: JobRecord | None) -> ProfileStatus | None:
    """The profile that the child was made with."""
    if child is None or not child.profile:
        return None
    try:
        return ProfileStatus.model_validate_json(child.profile)
    except ValidationError:
        return None


def _takes(entry: ProfileStatus) -> bool:
    """A status is written by whoever may: what is no profile is not taken for one."""
    try:
        return _is_sound(orjson.dumps(entry.defaults))
    except TypeError:
        return False


@lru_cache(_REMEMBERED)
def _is_sound(defaults: bytes) -> bool:
    try:
        Profile.model_validate_json(defaults, strict=True)
    except ValidationError:
        return False
    return True


@lru_cache(_REMEMBERED)
def _together(defaults: bytes, given: bytes) -> _Parts | tuple[Problem, ...]:
    """Both in one, or what of that cannot be. The parts are frozen, so that jobs may share them."""
    both = merged(orjson.loads(defaults), orjson.loads(given))
    try:
        return _Parts.model_validate_json(orjson.dumps(both), strict=True)
    except ValidationError as error:
        return tuple(problem_of(entry, _Parts) for entry in error.errors(include_url=False))


def _named(problem: Problem, name: str) -> Problem:
    return Problem(f"spec.{problem.path} with profile {name}", problem.message)


def _below_root(path: str) -> str:
    return path.removeprefix("profiles").removeprefix(".") or "the document"

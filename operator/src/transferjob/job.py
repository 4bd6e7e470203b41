"""A job as a value: built here, read from a file, or as the cluster has it at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import BaseModel, ValidationError

from transferjob_operator.api.identity import API_VERSION, KIND
from transferjob_operator.api.spec import TransferJobSpec
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.api.transfer_job import TransferJob
from transferjob_operator.cli.manifest import Manifest, manifests_in, read_manifests
from transferjob_operator.cli.validation import problems_of
from transferjob_operator.cli.views.job import accuracy_of, has_failed, has_succeeded, phase_of, reason_of

from .errors import InvalidJob, told

_FREEZES = ("all", "none")


@dataclass(frozen=True)
class Job:
    """A TransferJob; `manifest` is what the API server would get or gave."""

    manifest: Mapping[str, Any]

    @classmethod
    def build(
        cls,
        name: str,
        *,
        backbone: str | Mapping[str, Any] | BaseModel,
        freeze: int | float | str | Mapping[str, Any] | BaseModel,
        dataset: str | Mapping[str, Any] | BaseModel,
        output: str | Mapping[str, Any] | BaseModel,
        namespace: str | None = None,
        labels: Mapping[str, str] | None = None,
        **parts: Any,
    ) -> Job:
        """A job with these parts of the spec, checked as the API server would.

        Args:
            name: of the job.
            backbone: one of the 40, or the whole part of the spec.
            freeze: a number of layers, a fraction such as 0.5, `all`, `none`, the name of the last frozen layer, or
                the whole part.
            dataset: a URI, or the whole part.
            output: a URI, or the whole part.
            namespace: None: the client's.
            labels: of the job.
            parts: other parts of the spec in the manifest's spelling: training, head, input, resources, run, ...

        Raises:
            InvalidJob: with everything that is wrong.
        """
        spec = {
            "backbone": {"name": backbone} if isinstance(backbone, str) else backbone,
            "freeze": _freeze(freeze),
            "dataset": {"uri": dataset} if isinstance(dataset, str) else dataset,
            "output": {"uri": output} if isinstance(output, str) else output,
            **parts,
        }
        about = {"name": name, "namespace": namespace, "labels": dict(labels) if labels else None}
        metadata = {key: value for key, value in about.items() if value is not None}
        plain = {part: _plain(value) for part, value in spec.items() if value is not None}
        return cls({"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": plain}).checked()

    def checked(self) -> Job:
        """This job. Raises InvalidJob with everything that is wrong with it."""
        if problems := self.problems():
            raise InvalidJob(problems)
        return self

    def problems(self) -> list[str]:
        """What is wrong, a sentence each, without a cluster; file:// is allowed, for `run_here`."""
        with told():
            (read,) = manifests_in(orjson.dumps(self.manifest).decode(), "job")
        found = problems_of(Manifest(read.source, read.body, dict.fromkeys(read.lines, 1)), None)
        return [_without_line(problem) for problem in found if "file:// means this machine" not in problem]

    @property
    def name(self) -> str:
        """Of the job."""
        return str(self.manifest["metadata"].get("name", ""))

    @property
    def namespace(self) -> str | None:
        """Of the job; None where a client's counts."""
        namespace = self.manifest["metadata"].get("namespace")
        return None if namespace is None else str(namespace)

    @cached_property
    def model(self) -> TransferJob:
        """The resource with all defaults, typed as the CRD is. Raises InvalidJob."""
        try:
            return TransferJob.model_validate_json(orjson.dumps(self.manifest), strict=True)
        except ValidationError as error:
            raise InvalidJob(self.problems() or [str(error)]) from None

    @property
    def spec(self) -> TransferJobSpec:
        """What is wanted."""
        return self.model.spec

    @property
    def status(self) -> TransferJobStatus:
        """What the operator has observed; empty before."""
        return self.model.status

    @property
    def phase(self) -> str:
        """Pending, Starting, Running, Suspended, Restarting, Succeeded or Failed."""
        return phase_of(self.manifest)

    @property
    def accuracy(self) -> float | None:
        """The best known: final, else of the last validation, else of the running epoch."""
        return accuracy_of(self.manifest)

    @property
    def reason(self) -> str:
        """Why it is where it is, in the operator's words; empty when nothing is said."""
        return str(reason_of(self.manifest))

    @property
    def succeeded(self) -> bool:
        """Whether its model is published."""
        return has_succeeded(self.manifest)

    @property
    def failed(self) -> bool:
        """Whether it has ended without a model."""
        return has_failed(self.manifest)

    def yaml(self) -> str:
        """The manifest for `kubectl apply` or `transferjob submit`."""
        return yaml.safe_dump(dict(self.manifest), sort_keys=False, allow_unicode=True)

    def explain(self, *, images: int | None = None, classes: int | None = None) -> dict[str, Any]:
        """What it would do: layers, phases, feature cache, memory, time; see `transferjob explain -o json`.

        Args:
            images: pictures of the dataset; None counts them where that is quick.
            classes: likewise.

        Raises:
            Error: the trainer is not installed here, or the spec is impossible.
        """
        from transferjob_operator.cli.explaining import explained

        with told():
            return explained(self.model, images, classes)

    def _repr_html_(self) -> str:
        from .display import job_html

        return job_html(self.manifest)


def load(file: str | Path) -> list[Job]:
    """The jobs of a manifest file. Raises InvalidJob with every problem, its field and its line."""
    with told():
        manifests = read_manifests(str(file))
    problems = [problem for manifest in manifests for problem in problems_of(manifest, None)
                if "file:// means this machine" not in problem]  # fmt: skip
    if problems:
        raise InvalidJob(problems)
    return [Job(manifest.body) for manifest in manifests]


def _freeze(value: Any) -> Any:
    if isinstance(value, bool):
        raise InvalidJob(["spec.freeze: must be a number, all, none or a part of the spec, got a truth value"])
    if isinstance(value, int):
        return {"layers": value}
    if isinstance(value, float):
        return {"fraction": value}
    if isinstance(value, str):
        return {value: True} if value in _FREEZES else {"upTo": value}
    return value


def _plain(value: Any) -> Any:
    """Models of the resource as their manifest has them, with what was set alone."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, Mapping):
        return {key: _plain(child) for key, child in value.items()}
    return [_plain(child) for child in value] if isinstance(value, list | tuple) else value


def _without_line(problem: str) -> str:
    return problem.removeprefix("job, line 1: ")

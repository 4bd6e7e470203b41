"""Manifests for this machine: checked as for a cluster, but file:// URIs are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from transferjob_trainer.contract import BackboneSpec, RunFile, WeightsFrom
from transferjob_trainer.contract.run_file import HeadFrom

from ..api.transfer_job import TransferJob
from ..core.run_file import run_file
from ..core.weights import ResolvedWeights
from .errors import refused
from .manifest import Manifest, read_manifests
from .validation import problems_of

_LOCAL = "file:// means this machine"
_DIGEST = "0" * 64


def read_local_jobs(file: str) -> list[TransferJob]:
    """The jobs of a manifest. Raises CliError with every problem, its field and its line."""
    manifests = read_manifests(file)
    problems = [problem for manifest in manifests for problem in problems_of(manifest, None) if not is_local(problem)]
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise refused("\n".join([f"{count}:", *(f"  {problem}" for problem in problems)]))
    return [_parsed(manifest) for manifest in manifests]


def is_local(problem: str) -> bool:
    """Whether a problem is one on a cluster alone."""
    return _LOCAL in problem


def preview_run_file(job: TransferJob) -> RunFile:
    """The run file of a job, with a stand-in for the weights of another one."""
    wanted = job.spec.backbone.weights_from
    return run_file(job, _unseen(job.spec.backbone, wanted) if wanted else None)


def _unseen(backbone: BackboneSpec, wanted: WeightsFrom) -> ResolvedWeights:
    """Stands for the weights of another job where only their being trained matters."""
    head = HeadFrom(job=wanted.job_ref.name, labels="pvc://weights/labels.txt", sha256=_DIGEST)
    if wanted.include == "Backbone":
        return ResolvedWeights("pvc://weights/backbone.weights.h5", _DIGEST, backbone.variant or "plain")
    return ResolvedWeights("pvc://weights/model.keras", _DIGEST, backbone.variant or "plain", head)


def _parsed(manifest: Manifest) -> TransferJob:
    metadata: Mapping[str, Any] = manifest.body.get("metadata") or {}
    named = {**manifest.body, "metadata": {"name": metadata.get("generateName", "job").rstrip("-"), **metadata}}
    return TransferJob.model_validate_json(orjson.dumps(named), strict=True)

"""What weightsFrom stands for on this machine: the published result of a job of the same file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from transferjob_trainer.contract import Artifact, ModelReport, Result
from transferjob_trainer.contract.result import LATEST_FILE, RESULT_FILE

from ..api.transfer_job import TransferJob
from ..core.weights import ResolvedWeights, WeightsFailed, Written, weights_of
from .errors import refused
from .fetching import contents


def weights_in(
    job: TransferJob, model_uri: str, artifacts: Sequence[Artifact], model: ModelReport | None
) -> ResolvedWeights:
    """The weights for a job in another one's result. Raises CliError when the result has none for it."""
    wanted = job.spec.backbone.weights_from
    assert wanted is not None
    folder = model_uri.rstrip("/")
    written = {each.format: Written(f"{folder}/{each.path}", each.sha256) for each in artifacts}
    weights = weights_of(job.spec.backbone, wanted, written, model)
    if isinstance(weights, WeightsFailed):
        raise refused(f"{job.metadata.name}: {weights.message}.")
    return weights


def published_weights(job: TransferJob, jobs: Sequence[TransferJob], claims: Path) -> ResolvedWeights | None:
    """The weights that another job of the file has published; None for a job that takes none.

    Args:
        job: the job that may have weightsFrom.
        jobs: those of its file.
        claims: folder with a folder for each claim of a pvc:// URI.

    Raises:
        CliError: the other job is not in the file or has not run here, its result cannot be read or has no weights.
    """
    wanted = job.spec.backbone.weights_from
    if wanted is None:
        return None
    name = wanted.job_ref.name
    other = next((each for each in jobs if each.metadata.name == name), None)
    if other is None:
        raise refused(
            f"{job.metadata.name}: backbone.weightsFrom names TransferJob {name!r}, which is not in this file; put it"
            " there, or name a file in backbone.weights."
        )
    found = _published(other.spec.output.uri, claims)
    if found is None:
        raise refused(
            f"{job.metadata.name}: backbone.weightsFrom names TransferJob {name!r}, and {other.spec.output.uri} has no"
            " result of it; run it first (transferjob run)."
        )
    return weights_in(job, found.model_uri, found.artifacts, found.model)


def _published(output: str, claims: Path) -> Result | None:
    """The result that was published last at an output URI."""
    latest = contents(output, [LATEST_FILE], claims).get(LATEST_FILE)
    try:
        uri = json.loads(latest or b"null")
        if uri is None:
            return None
        document = contents(str(uri["modelURI"]), [RESULT_FILE], claims).get(RESULT_FILE)
        return None if document is None else Result.model_validate_json(document)
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError):
        raise refused(f"{output}/{LATEST_FILE} names no result that can be read.") from None

"""The preview of a job, with what is known of its dataset."""

from __future__ import annotations

import tempfile
from math import ceil
from pathlib import Path
from typing import Any

from transferjob_trainer.contract import RunFile

from ..api.transfer_job import TransferJob
from ..core.run_file import encode_run_file
from .errors import CliError
from .local_job import preview_run_file
from .quantities import quantity
from .trainer_process import DATASET, PREVIEW, ask_trainer

_PICTURES = 1000
_CLASSES = 10
_LOCAL = ("file://", "sklearn://")


def explained(job: TransferJob, pictures: int | None, classes: int | None) -> dict[str, Any]:
    """The document of a job's preview.

    Args:
        job: from a manifest.
        pictures: of its dataset; None counts them where they are on this machine, else assumes 1,000.
        classes: of its dataset; None likewise, else assumes 10.

    Raises:
        CliError: the spec is impossible.
    """
    run, resources = preview_run_file(job), job.spec.resources
    found = _found(run) if pictures is None or classes is None else {}
    source = "given" if pictures is not None else "counted" if found else "assumed"
    arguments = {
        "--pictures": pictures or found.get("pictures") or _PICTURES,
        "--classes": classes or len(found.get("classes") or ()) or _CLASSES,
        "--cores": max(1, ceil(quantity(resources.cpu))),
        "--memory": int(quantity(resources.memory)),
    }
    with tempfile.TemporaryDirectory(prefix="transferjob-") as folder:
        path = Path(folder, "run.json")
        path.write_text(encode_run_file(run))
        flags = [word for name, value in arguments.items() for word in (name, str(value))]
        document = ask_trainer(PREVIEW, "--run", str(path), *flags)
    asks = {"gpus": resources.gpus, "cpu": resources.cpu, "memory": resources.memory, "workers": job.spec.workers}
    other = job.spec.backbone.weights_from
    part = ", head included" if other and other.include == "Model" else ""
    taken = {"weightsFrom": f"of TransferJob {other.job_ref.name}{part}"} if other else {}
    return {"name": job.metadata.name, **document, **taken, "resources": asks, "picturesAre": source}


def _found(run: RunFile) -> dict[str, Any]:
    """Classes and pictures of a dataset on this machine; nothing where there is none."""
    if not run.dataset.uri.startswith(_LOCAL):
        return {}
    try:
        document = ask_trainer(DATASET, "--dataset", run.dataset.model_dump_json(by_alias=True, exclude_none=True))
    except CliError:
        return {}
    return dict(document)

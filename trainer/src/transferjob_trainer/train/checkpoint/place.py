"""Where a job's checkpoints are, and when they are no longer needed."""

from __future__ import annotations

from collections.abc import Callable

from ...contract.run_file import RunFile
from ...contract.training import CheckpointSpec
from ...contract.uri import OUTPUT_SCHEMES, parse_uri
from ...errors import RunFailure
from ...settings import RunSettings
from ...storage import Storage, open_storage
from .names import plain_id

FOLDER = "checkpoints"
"""Below the output, where the spec names no place."""


def checkpoint_spec(run: RunFile) -> CheckpointSpec:
    """What the spec says, or the defaults."""
    return run.training.checkpoint or CheckpointSpec()


def checkpoint_storage(run: RunFile, settings: RunSettings) -> Storage:
    """The storage of all jobs' checkpoints; the output's credentials open it.

    Raises:
        InvalidSpec: a scheme that is not supported yet.
    """
    uri = checkpoint_spec(run).uri
    location = (
        parse_uri(run.output.uri, OUTPUT_SCHEMES).child(FOLDER) if uri is None else parse_uri(uri, OUTPUT_SCHEMES)
    )
    return open_storage(location, settings.output_credentials, claims_root=settings.claims_root)


def clear_checkpoints(run: RunFile, storage: Storage, say: Callable[[str], None]) -> None:
    """Removes all checkpoints of the job, whose result is published; what cannot be removed costs a line of the log."""
    try:
        storage.delete_folder(plain_id(run.job.uid))
    except RunFailure as error:
        say(f"checkpoints are left behind: {error.message}")

"""Advice that a job has found out is kept beside its checkpoints: the next attempt takes it as it is."""

from __future__ import annotations

from pydantic import ValidationError

from ..contract.advice import AdviceReport
from ..contract.run_file import RunFile
from ..storage import Storage
from ..train.checkpoint.document import origin_of
from ..train.checkpoint.names import plain_id
from ..versions import versions

MAX_BYTES = 64 << 10


class KeptAdvice:
    """The advice of one run file on one listing of its dataset; it goes when the job's checkpoints go."""

    def __init__(self, run: RunFile, listing: str, storage: Storage) -> None:
        """Makes it.

        Args:
            run: the run file, with the freeze as it was given.
            listing: digest of the dataset's listing.
            storage: of checkpoints.
        """
        digest = origin_of(run, listing, versions()).digest
        self._storage, self._path = storage, f"{plain_id(run.job.uid)}/advice-{digest}.json"

    def read(self) -> AdviceReport | None:
        """What an earlier attempt has kept; None where there is none, or something else."""
        if not self._storage.exists(self._path):
            return None
        try:
            return AdviceReport.model_validate_json(self._storage.read(self._path, MAX_BYTES))
        except ValidationError:
            return None

    def keep(self, report: AdviceReport) -> AdviceReport:
        """Keeps it; the advice that holds, which is another attempt's where that one was first."""
        data = report.model_dump_json(by_alias=True, exclude_none=True).encode()
        if self._storage.write_new(self._path, data):
            return report
        return self.read() or report

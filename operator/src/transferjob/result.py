"""What a job has made: figures, files, the model."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transferjob_operator.api.status import ResultStatus
from transferjob_trainer.contract.report import EvaluationReport

from .errors import Error, NotFound, told
from .job import Job

_KERAS, _METRICS, _REPORT = "model.keras", "metrics.json", "report.html"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Result:
    """A published model. Credentials of S3 come from the usual AWS variables."""

    name: str
    model_uri: str
    metrics: Mapping[str, float]
    """Final figures: accuracy, loss and the others of the report."""
    digests: Mapping[str, str]
    """sha256 of the files, by their names; empty where the status does not have them."""
    claims: Path | None = None
    """Folder in which the claims of pvc:// URIs are mounted on this machine."""

    def load_model(self) -> Any:
        """The model in Keras, with the bytes that the job has published: raw pixels in, probabilities out.

        Raises:
            NotFound: its file is gone.
            Error: it cannot be read, has other bytes than the job's status says, or Keras is not installed here.
        """
        try:
            import keras
        except ModuleNotFoundError:
            raise Error("Keras is not installed here; install it with: pip install 'transferjob[trainer]'") from None
        with tempfile.TemporaryDirectory(prefix="transferjob-") as folder:
            file = self._fetched(_KERAS, Path(folder))
            self._check(file)
            return keras.models.load_model(file, compile=False, safe_mode=True)

    def labels(self) -> list[str]:
        """Names of the classes in the order of the model's outputs."""
        with tempfile.TemporaryDirectory(prefix="transferjob-") as folder:
            return self._fetched("labels.txt", Path(folder)).read_text(encoding="utf-8").splitlines()

    def evaluation(self) -> EvaluationReport:
        """Final figures by class, confusion matrix and calibration. Raises NotFound when they were not kept."""
        with tempfile.TemporaryDirectory(prefix="transferjob-") as folder:
            return EvaluationReport.model_validate_json(self._fetched(_METRICS, Path(folder)).read_bytes())

    def save(self, folder: str | Path, *names: str) -> list[Path]:
        """Copies files of the result, by default the model, its labels, its figures and the report.

        Raises:
            NotFound: one of them is not there.
        """
        into = Path(folder)
        into.mkdir(parents=True, exist_ok=True)
        return [self._fetched(name, into) for name in names or (_KERAS, "labels.txt", _METRICS, _REPORT)]

    def _fetched(self, name: str, into: Path) -> Path:
        from transferjob_operator.cli.fetching import fetch

        with told():
            if name not in fetch(self.model_uri, [name], into, self.claims):
                raise NotFound(f"{self.model_uri} has no {name}.")
        return into / name

    def _check(self, file: Path) -> None:
        expected = self.digests.get(file.name)
        if expected is None:
            return
        digest = hashlib.sha256()
        with file.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
        if digest.hexdigest() != expected:
            raise Error(f"{self.model_uri}/{file.name} has other bytes than {self.name} has published.")

    def _repr_html_(self) -> str:
        from .display import result_html

        return result_html(self.name, self.model_uri, self.metrics)


def result_of(job: Job, claims: Path | None) -> Result:
    """The result in a job's status. Raises NotFound when there is none."""
    found = job.status.result
    if found is None:
        raise NotFound(f"TransferJob {job.name} names no model.")
    return Result(job.name, found.model_uri.rstrip("/"), dict(found.metrics or {}), _digests(found), claims)


def _digests(found: ResultStatus) -> dict[str, str]:
    return {artifact.uri.rpartition("/")[2]: artifact.sha256 for artifact in found.artifacts or ()}

"""From what training leaves to a result in the output: exported, described, published."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .contract.advice import AdviceReport
from .contract.report import DatasetReport, EvaluationReport
from .contract.result import Artifact, ArtifactFormat, Result
from .contract.run_file import RunFile
from .data import Dataset
from .data.types import Images
from .digests import describe_artifact
from .errors import ExportFailed
from .export.formats import PATHS, Exported, export
from .log import RunLog
from .network import Network
from .progress_board import ProgressBoard
from .publish import keep, publish, result_digest
from .report.mistakes import Mistake
from .report.story import Story
from .report.tensorboard import write_events
from .report.write import write_report
from .storage import Storage
from .train.phases import resolve_phases
from .train.state import EpochDocument
from .versions import versions


@dataclass(frozen=True, slots=True)
class Trained:
    """What training leaves for publication."""

    job: RunFile
    network: Network
    """Computing in float32, with the best weights."""
    dataset: Dataset
    samples: Images
    """A few real pictures, to compare exports on."""
    plan: str
    """The plan of the feature cache in words."""
    history: tuple[EpochDocument, ...]
    best_epoch: int
    evaluation: EvaluationReport
    mistakes: tuple[Mistake, ...]
    advice: AdviceReport | None = None
    """Advice on the freeze count, where the job asked for it."""


def published(
    trained: Trained, folder: Path, storage: Storage, *, attempt: str, board: ProgressBoard, log: RunLog
) -> Result:
    """Writes the artifacts into `folder`, which is made, and publishes them.

    Raises:
        ExportFailed: a format cannot be made or answers otherwise than Keras. What is good was published without
            being a result: nothing points there but the message.
        StorageDenied, StorageUnavailable: the storage says no, or nothing.
    """
    folder.mkdir()
    job = trained.job
    exported = export(
        trained.network,
        folder,
        formats=job.output.formats,
        classes=trained.dataset.classes,
        resize=job.input.resize,
        pictures=trained.samples,
    )
    log.say(_told(exported))
    artifacts = _artifacts(trained, exported, folder, log)
    board.update(stage="Publishing")
    result = _result(trained, artifacts, storage, attempt, log.seconds)
    if exported.failure is not None:
        keep(result, folder, storage)
        raise ExportFailed(
            f"{exported.failure.message}; the model itself is kept as {result.model_uri}/{PATHS['Keras']}"
        )
    publish(result, folder, storage)
    return result


def _artifacts(trained: Trained, exported: Exported, folder: Path, log: RunLog) -> list[Artifact]:
    """Describes what was exported, and writes the figures and the report beside it."""
    figures = trained.evaluation.model_copy(update={"history": trained.history})
    (folder / PATHS["Metrics"]).write_text(figures.model_dump_json(by_alias=True, indent=2))
    write_events(folder / PATHS["TensorBoard"], trained.history, time.time())
    formats: list[ArtifactFormat] = [*exported.formats, "Metrics", "TensorBoard"]
    artifacts = [describe_artifact(folder, PATHS[name], name) for name in formats]

    def story() -> Story:
        return _story(trained, exported, {artifact.format: artifact.bytes for artifact in artifacts}, log.seconds)

    if write_report(folder / PATHS["Report"], story, log):
        artifacts.append(describe_artifact(folder, PATHS["Report"], "Report"))
    return artifacts


def _story(trained: Trained, exported: Exported, sizes: dict[str, int], seconds: float) -> Story:
    names = trained.network.layer_names
    return Story(
        job=trained.job,
        network=trained.network,
        dataset=trained.dataset,
        phases=resolve_phases(trained.job, names),
        history=trained.history,
        best_epoch=trained.best_epoch,
        plan=trained.plan,
        evaluation=trained.evaluation,
        mistakes=trained.mistakes,
        advice=trained.advice,
        formats=sizes,
        differences=exported.differences,
        versions=versions(),
        seconds=seconds,
    )


def _result(trained: Trained, artifacts: list[Artifact], storage: Storage, attempt: str, seconds: float) -> Result:
    digest = result_digest(artifacts)
    return Result(
        job=trained.job.job,
        attempt=attempt,
        model_uri=storage.uri(digest),
        digest=digest,
        metrics=trained.evaluation.metrics(),
        evaluated_on=trained.evaluation.split,
        best_epoch=trained.best_epoch,
        last_epoch=trained.history[-1].epoch if trained.history else None,
        classes=trained.dataset.classes,
        resize=trained.job.input.resize,
        artifacts=tuple(artifacts),
        model=trained.network.report,
        dataset=dataset_report(trained.dataset),
        advice=trained.advice,
        seconds=seconds,
        versions=versions(),
    )


def dataset_report(dataset: Dataset) -> DatasetReport:
    """The dataset in figures."""
    return DatasetReport(
        classes=len(dataset.classes),
        examples=len(dataset.train),
        validation_examples=len(dataset.validation),
        test_examples=0 if dataset.test is None else len(dataset.test),
        skipped=len(dataset.skipped),
        duplicates=len(dataset.crossings),
        digest=dataset.digest,
    )


def final_split(dataset: Dataset) -> Literal["test", "validation"]:
    """The split that the final figures come from."""
    return "validation" if dataset.test is None else "test"


def _told(exported: Exported) -> str:
    differences = (f"{name} differs from Keras by {value:.1e}" for name, value in exported.differences.items())
    return "; ".join([f"written: {', '.join(exported.formats)}", *differences])

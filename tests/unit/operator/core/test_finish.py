"""What a job has made, from the trainer's last words to the job's status."""

from __future__ import annotations

from tests.support.builders import T0
from transferjob_operator.api.status import ResultStatus, TransferJobStatus
from transferjob_operator.core.display import with_display
from transferjob_operator.core.finish import with_outcome
from transferjob_operator.core.outcome import Outcome
from transferjob_operator.core.progress import with_progress
from transferjob_operator.core.settings import CoreSettings
from transferjob_trainer.contract import (
    Artifact,
    ModelReport,
    Progress,
    PublishedResult,
    Termination,
    TrainingPart,
    decode_termination,
)
from transferjob_trainer.contract.advice import AdviceCut, AdviceReport
from transferjob_trainer.contract.progress import MAX_PROGRESS_BYTES

DIGEST = "d" * 64
KERAS = Artifact(format="Keras", path="model.keras", sha256=DIGEST, bytes=12)
REPORT = Artifact(format="Report", path="report.html", sha256=DIGEST, bytes=12)


def result_of(*artifacts: Artifact) -> ResultStatus:
    published = PublishedResult(model_uri=f"pvc://models/flowers/{DIGEST}", digest=DIGEST)
    words = Termination(reason="Succeeded", message="done", result=published, artifacts=artifacts)
    outcome = Outcome(True, "Succeeded", "done", termination=words)
    result = with_outcome(TransferJobStatus(), outcome, CoreSettings(trainer_image="trainer:1"), T0).result
    assert result is not None
    return result


def test_status_points_to_the_report_where_one_was_made() -> None:
    assert result_of(KERAS, REPORT).report_uri == f"pvc://models/flowers/{DIGEST}/report.html"
    assert result_of(KERAS).report_uri is None


ADVICE = AdviceReport(
    recommended=44,
    confidence="Medium",
    reason="word " * 200,
    applied=True,
    pictures=80,
    labels_per_class=40,
    distance="Near",
    cuts=tuple(
        AdviceCut(frozen_layers=count, name="b" * 20, probe=0.5, score=0.5, trainable_parameters=10**7, seconds=1.5)
        for count in range(16)
    ),
    seconds=2.5,
)


def ended(
    status: TransferJobStatus, advice: AdviceReport | None = None, last_epoch: int | None = None
) -> TransferJobStatus:
    """The status after last words that went through the kubelet."""
    result = PublishedResult(model_uri=f"pvc://models/flowers/{DIGEST}", digest=DIGEST, last_epoch=last_epoch)
    words = Termination(reason="Succeeded", message="done", result=result, advice=advice and advice.short())
    outcome = Outcome(True, "Succeeded", "done", termination=decode_termination(words.encode().decode()))
    return with_outcome(status, outcome, CoreSettings(trainer_image="trainer:1"), T0)


def test_advice_of_the_progress_document_keeps_its_table() -> None:
    seen = Progress(pod_uid="pod", stage="Training", updated_time=1.0, advice=ADVICE)
    running = with_progress(TransferJobStatus(pod_uid="pod"), seen)
    assert running.advice == ADVICE
    assert with_progress(running, seen.model_copy(update={"advice": None})).advice == ADVICE
    assert ended(running, ADVICE).advice == ADVICE


def test_advice_that_no_progress_told_comes_with_the_last_words() -> None:
    assert ended(TransferJobStatus(), ADVICE).advice == ADVICE.short()


def test_a_progress_document_with_advice_is_small_enough() -> None:
    seen = Progress(pod_uid="pod", stage="Training", updated_time=1.0, advice=ADVICE)
    assert len(seen.model_dump_json(by_alias=True, exclude_none=True)) < MAX_PROGRESS_BYTES / 2


def test_the_column_tells_a_choice_from_a_freeze_that_was_given() -> None:
    model = ModelReport(variant="plain", depth=86, depth_with_head=88, frozen_layers=44, cut_tensors=1,
                        trainable_parameters=1, frozen_parameters=1)  # fmt: skip
    shown = {}
    for name, freeze in (("auto", {"auto": {}}), ("given", {"layers": 44})):
        part = TrainingPart.model_validate(
            {"backbone": {"name": "MobileNet"}, "freeze": freeze, "dataset": {"uri": "sklearn://digits"},
             "output": {"uri": "pvc://a/b"}}
        )  # fmt: skip
        display = with_display(TransferJobStatus(model=model), part).display
        before = with_display(TransferJobStatus(), part).display
        assert display is not None
        assert before is not None
        shown[name] = (before.freeze, display.freeze)
    assert shown == {"auto": ("auto", "auto (44)/86"), "given": ("44/86", "44/86")}


def test_the_last_epoch_is_told_and_figures_of_an_earlier_one_go() -> None:
    read = Progress(pod_uid="pod", stage="Training", epoch=11, epochs=12, step=80, steps=91, loss=0.5, val_accuracy=0.9,
                    images_per_second=230.0, remaining_seconds=4.0, updated_time=1.0)  # fmt: skip
    running = with_progress(TransferJobStatus(pod_uid="pod"), read)
    progress = ended(running, last_epoch=12).progress
    assert progress is not None
    assert (progress.stage, progress.percent, progress.remaining_seconds) == ("Done", 100.0, None)
    assert (progress.epoch, progress.epochs, progress.step, progress.loss) == (12, 12, 91, None)
    assert (progress.val_accuracy, progress.images_per_second) == (None, 230.0)
    same = ended(running, last_epoch=11).progress
    assert same is not None
    assert (same.epoch, same.loss, same.val_accuracy) == (11, 0.5, 0.9)


def test_a_job_that_nobody_asked_while_it_ran_has_its_last_epoch_too() -> None:
    progress = ended(TransferJobStatus(), last_epoch=3).progress
    assert progress is not None
    assert (progress.epoch, progress.epochs, progress.stage) == (3, None, "Done")
    assert ended(TransferJobStatus()).progress is None


def test_without_the_last_epoch_what_was_read_stays() -> None:
    read = Progress(pod_uid="pod", stage="Training", epoch=11, epochs=12, updated_time=1.0)
    progress = ended(with_progress(TransferJobStatus(pod_uid="pod"), read)).progress
    assert progress is not None
    assert (progress.stage, progress.epoch) == ("Done", 11)

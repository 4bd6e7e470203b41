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


def ended(status: TransferJobStatus, advice: AdviceReport | None) -> TransferJobStatus:
    """The status after last words that went through the kubelet."""
    result = PublishedResult(model_uri=f"pvc://models/flowers/{DIGEST}", digest=DIGEST)
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

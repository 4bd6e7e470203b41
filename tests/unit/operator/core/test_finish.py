"""What a job has made, from the trainer's last words to the job's status."""

from __future__ import annotations

from tests.support.builders import T0
from transferjob_operator.api.status import ResultStatus, TransferJobStatus
from transferjob_operator.core.finish import with_outcome
from transferjob_operator.core.outcome import Outcome
from transferjob_operator.core.settings import CoreSettings
from transferjob_trainer.contract import Artifact, PublishedResult, Termination

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

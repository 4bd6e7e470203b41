"""The page of jobs side by side takes from the published files what the cluster has forgotten."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.unit.operator.cli.test_comparison import job
from tests.unit.operator.cli.test_drawing import report
from transferjob_operator.cli.comparing import comparison_page
from transferjob_operator.cli.epochs import Epoch
from transferjob_trainer.contract.report import EpochReport

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def published(claims: Path, name: str, epochs: int) -> dict[str, Any]:
    history = tuple(
        EpochReport(epoch=number, loss=1 / number, accuracy=0.5, val_loss=1 / number, val_accuracy=0.5)
        for number in range(1, epochs + 1)
    )
    folder = claims / "models" / name
    folder.mkdir(parents=True)
    figures = report().model_copy(update={"history": history})
    (folder / "metrics.json").write_text(figures.model_dump_json(by_alias=True))
    made = job(name, 10, 0.8)
    made["status"]["conditions"] = [{"type": "Complete", "status": "True"}]
    made["status"]["result"]["modelURI"] = f"pvc://models/{name}"
    return made


def test_curves_of_jobs_whose_logs_are_gone_come_from_what_was_published(tmp_path: Path) -> None:
    jobs = [published(tmp_path, "gone", 5), published(tmp_path, "resumed", 4), published(tmp_path, "old", 0)]
    curves = {"gone": [], "resumed": [Epoch(4, 0.1, 0.9, 0.1, 0.9)], "old": []}
    page = tmp_path / "page.html"
    assert comparison_page(page, jobs, curves, NOW, tmp_path) == 3
    text = page.read_text()
    assert "none are published: old." in text
    for name in ("gone", "resumed"):
        assert f">{name}<" in text
    assert text.count("<polyline") >= 4  # two charts of two jobs

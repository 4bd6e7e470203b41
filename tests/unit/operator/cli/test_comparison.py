"""Jobs side by side, at every width, with curves and without."""

from datetime import UTC, datetime
from typing import Any

import pytest

from transferjob_operator.cli.epochs import epochs_in
from transferjob_operator.cli.views.comparison import comparison, comparison_document, spark

NOW = datetime(2026, 11, 25, tzinfo=UTC)
LOG = """\
    9.1s  phase tune: epochs 1 to 3
   10.0s  epoch 1/3  loss 1.5000  accuracy 0.5000  val. loss 1.4000  val. accuracy 0.6000  best  1.0 s
   10.5s  epoch 2/3  loss 1.0000  accuracy 0.6000  val. loss 1.2000  val. accuracy 0.7000  best  1.0 s
   11.0s  epoch 2/3  loss 0.9000  accuracy 0.7000  val. loss 1.1000  val. accuracy 0.8000  best  1.0 s
   12.0s  epoch 3/3  loss nan  accuracy 0.7000  val. loss what  val. accuracy 0.8000  1.0 s
"""


def job(name: str, frozen: int, accuracy: float, digest: str = "d" * 64) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"backbone": {"name": "ResNet50"}, "freeze": {"layers": frozen}},
        "status": {
            "phase": "Succeeded",
            "model": {"frozenLayers": frozen, "depth": 175, "trainableParameters": 19_473_418},
            "dataset": {"digest": digest},
            "result": {"modelURI": f"s3://b/{name}", "metrics": {"accuracy": accuracy, "loss": 1 - accuracy}},
            "gpuSeconds": 120.0,
        },
    }


JOBS = [job("few", 10, 0.71), job("many", 170, 0.83), job("half", 100, 0.9)]


def test_the_best_is_first_and_depths_are_drawn_in_their_order() -> None:
    lines = comparison(JOBS, {}, NOW, None, unicode=True).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["half", "many", "few"]
    dots = [line for line in lines if "●" in line]
    assert [line.split()[:2] for line in dots] == [["few", "6%"], ["half", "57%"], ["many", "97%"]]
    places = [line.index("●") for line in dots]
    assert places[0] < places[2] < places[1]
    assert "no log is left for curves of: half, many, few (--html has the published ones)" in lines


def test_a_dot_has_its_interval() -> None:
    certain, unsure = job("certain", 10, 0.9), job("unsure", 100, 0.8)
    certain["status"]["result"]["metrics"] |= {"accuracyLow": 0.89, "accuracyHigh": 0.91}
    unsure["status"]["result"]["metrics"] |= {"accuracyLow": 0.6, "accuracyHigh": 1.0}
    lines = comparison([certain, unsure], {}, NOW, 80, unicode=False).splitlines()
    drawn = {line.split()[0]: line.split("% ")[1] for line in lines if "|" in line}
    assert drawn["unsure"] == f"|{'-' * 19}o{'-' * 18}| 0.8000"
    assert drawn["certain"].split() == ["|o|", "0.9000"]


@pytest.mark.parametrize("width", [30, 40, 80])
def test_it_fits(width: int) -> None:
    page = comparison(JOBS, {"few": epochs_in(LOG)}, NOW, width, unicode=True)
    table = page.split("\n\n")[0].splitlines()
    assert max(map(len, table)) <= width
    if width >= 40:
        assert max(map(len, page.splitlines())) <= width
    assert "NAME" in table[0]
    assert "ACCURACY" in table[0]


def test_curves_come_from_the_log_and_a_repeated_epoch_counts_once() -> None:
    epochs = epochs_in(LOG)
    assert [(epoch.epoch, epoch.val_accuracy) for epoch in epochs] == [(1, 0.6), (2, 0.8)]
    page = comparison([JOBS[0]], {"few": epochs}, NOW, 80, unicode=False)
    assert "few _@" in page
    assert comparison_document(JOBS, {"few": epochs}, NOW)[2]["epochs"][1]["val_loss"] == 1.1


@pytest.mark.parametrize("figure", ["nan", "inf", "-1e308", "9" * 400])
def test_figures_that_no_scale_has_room_for_are_left_out(figure: str) -> None:
    epochs = epochs_in(LOG.replace("loss 1.5000", f"loss {figure}", 1))
    assert [epoch.epoch for epoch in epochs] == [2]
    assert epochs_in(LOG.replace("epoch 1/3", f"epoch {'9' * 5000}/3")) == epochs


def test_other_pictures_are_told() -> None:
    page = comparison([JOBS[0], job("other", 1, 0.5, "e" * 64)], {}, NOW, 80, unicode=True)
    assert "different pictures or splits" in page
    assert "different pictures or splits" not in comparison(JOBS, {}, NOW, 80, unicode=True)


def test_a_spark_is_short_and_ends_high_when_the_values_do() -> None:
    assert spark([0, 1], 0, 1) == "▁█"
    assert len(spark([float(x) for x in range(1000)], 0, 999)) == 24
    assert spark([0.5, 0.5], 0.5, 0.5) == "██"

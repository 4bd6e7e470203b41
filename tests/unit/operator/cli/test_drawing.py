"""Pictures: charts of letters, charts as SVG, the page of jobs side by side. Names in them are hostile."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.operator.cli.test_comparison import job
from transferjob_operator.cli.drawing.charts import bar_chart, dot_chart, line_chart
from transferjob_operator.cli.drawing.comparison import page
from transferjob_operator.cli.drawing.confusion import confusion
from transferjob_operator.cli.drawing.depth import depth_bar as drawn_depth
from transferjob_operator.cli.epochs import Epoch
from transferjob_operator.cli.views.chart import curve_chart, stretched
from transferjob_operator.cli.views.depth_bar import depth_bar
from transferjob_operator.cli.views.plot import dotted
from transferjob_trainer.contract import BACKBONES
from transferjob_trainer.contract.block_table import block_table
from transferjob_trainer.contract.report import ClassFigures, EvaluationReport

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"
EPOCHS = [Epoch(number, 2 / number, 1 - 1 / number, 2.5 / number, 0.9 - 0.8 / number) for number in range(1, 9)]


def report(classes: int = 3) -> EvaluationReport:
    names = [HOSTILE, *(f"class {number}" for number in range(1, classes))]
    figures = tuple(ClassFigures(name=name, examples=10, answers=10, right=8) for name in names)
    return EvaluationReport(
        split="test", selected_on=False, examples=30, accuracy=0.8, accuracy_interval=(0.7, 0.9), balanced_accuracy=0.8,
        loss=0.5, calibration_error=0.1, classes=figures, confusion=((0, 0, 8), (0, 1, 2), (1, 1, 10), (2, 0, 4)),
        calibration=(),
    )  # fmt: skip


@pytest.mark.parametrize("width", [30, 40, 80, 200])
def test_a_chart_of_letters_fits_and_ends_where_the_curve_does(width: int) -> None:
    lines = curve_chart(EPOCHS, width, unicode=False).plain.splitlines()
    assert max(map(len, lines)) <= max(width, 26)
    assert lines[0].split()[:2] == ["loss", "o"]
    assert "epoch 1 to 8" in lines[8]
    rows = lines[1:8]
    assert rows[0].split("|")[0].strip() == "2.5"
    assert rows[0].split("|")[1][0] == "o"  # validation loss begins highest
    assert rows[-1].rstrip().endswith(("o", "."))
    assert curve_chart(EPOCHS[:1], width, unicode=True).plain == ""


@pytest.mark.parametrize(
    ("height", "charts", "lines"), [(40, 2, 18), (18, 2, 18), (12, 2, 12), (9, 1, 9), (5, 1, 5), (4, 0, 0), (-3, 0, 0)]
)
def test_charts_take_no_more_lines_than_there_are(height: int, charts: int, lines: int) -> None:
    text = curve_chart(EPOCHS, 80, height, unicode=True).plain
    assert text.count("epoch 1 to 8") == charts
    assert len(text.splitlines()) == lines
    assert ("loss" in text) == (charts == 2)
    assert ("accuracy" in text) == (charts > 0)


def test_dots_are_four_times_as_fine_as_letters_and_a_whole_line_has_no_gap() -> None:
    falling = [place / 9 for place in range(10)]
    cells = dotted(falling, rows=2, whole=True)
    assert {row for row, _ in cells} == {0, 1}
    assert chr(cells[0, 0]) == "⠑"  # the first dot of the left side, the second of the right
    assert sum(bin(dots & 0xFF).count("1") for dots in cells.values()) >= 10
    jump = dotted([0.0, 1.0], rows=2, whole=True)
    assert [chr(jump[row, 0]) for row in (0, 1)] == ["⢱", "⢸"]
    assert [chr(dots) for dots in dotted([0.0, 1.0], rows=2, whole=False).values()] == ["⠁"]


def test_without_colour_the_curves_differ_by_their_dots() -> None:
    text = curve_chart(EPOCHS, 80, unicode=True)
    assert "━ validation" in text.plain
    assert "┈ training" in text.plain
    assert {"#56B4E9", "#E69F00"} <= {str(span.style) for span in text.spans}


def test_values_are_stretched_and_averaged() -> None:
    assert stretched([0.0, 1.0], 5) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert stretched([1.0, 3.0, 5.0, 7.0], 2) == [2.0, 6.0]


@pytest.mark.parametrize("name", ["ResNet50", "NASNetLarge", "VGG16"])
@pytest.mark.parametrize("width", [40, 80])
def test_a_backbone_is_drawn_with_its_cut_and_its_ends(name: str, width: int) -> None:
    table, depth = block_table(name, "imagenet"), BACKBONES[name].imagenet_depth
    for frozen, still in ((0, 0), (1, 1), (depth, None)):
        bar, marks, numbers = depth_bar(table, depth, frozen, width, unicode=False).plain.split("\n")
        assert max(map(len, (bar, marks, numbers))) <= width
        assert bar.endswith("|head")
        if still is not None:
            assert bool(bar.count("#")) is bool(still)
        else:
            assert "-" not in bar
        assert numbers.split()[0] == str(table.stages[0])


def test_svg_is_well_formed_whatever_the_names_and_values_are() -> None:
    nan = float("nan")
    charts = (
        line_chart({HOSTILE: [(1, 0.5), (2, nan), (3, 0.7)], "flat": [(1, 1.0)]}, HOSTILE, "epoch"),
        dot_chart([(HOSTILE, 0.0, 0.5, 0.4, 0.6)], "t", "x"),
        bar_chart([(HOSTILE, 0.0, "0 s"), ("nan", nan, "")], "t"),
        drawn_depth("ResNet50", 100),
    )
    for chart in charts:
        ET.fromstring(chart)
        assert HOSTILE not in chart
    assert line_chart({"none": [(1, nan)]}, "t", "x") == ""
    assert drawn_depth("NoNet", 1) == ""


def test_the_page_holds_everything_loads_nothing_and_escapes_names() -> None:
    jobs = [job("few", 10, 0.71), job(HOSTILE, 170, 0.83)]
    html = page(jobs, {"few": EPOCHS}, {"few": report(), HOSTILE: report()}, NOW)
    assert HOSTILE not in html
    assert not re.search(r"https?://|<script|<img|<link", html)
    for words in (
        "10 of 175",
        "0.7100",
        "Confusion",
        "GPU-seconds",
        "validation accuracy",
        "No log is left for curves",
    ):
        assert words in html
    assert html.count('class="confusion"') == 2


def test_a_page_of_jobs_that_know_nothing_yet_is_a_page() -> None:
    bare: dict[str, Any] = {"metadata": {"name": "a"}, "spec": {}, "status": {}}
    assert "Pending" in page([bare], {}, {}, NOW)


def test_of_many_classes_the_commonest_mistakes_are_told() -> None:
    shown = confusion(report(40))
    assert 'class="confusion"' not in shown
    assert shown.index("class 2") < shown.index("class 1")

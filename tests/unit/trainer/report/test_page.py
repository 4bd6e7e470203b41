"""The report is one file that loads nothing, whatever classes and files are called."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.report.stories import CLASSES, HOSTILE, answers, hostile_dataset, story
from tests.unit.trainer.runs import digits
from transferjob_trainer.contract.advice import AdviceCut, AdviceReport, RuleOfThumb
from transferjob_trainer.contract.image_input import ResizeSpec
from transferjob_trainer.evaluate import evaluation
from transferjob_trainer.log import RunLog
from transferjob_trainer.report.classes import class_section
from transferjob_trainer.report.markup import place, table
from transferjob_trainer.report.mistakes import surest_mistakes
from transferjob_trainer.report.page import report_page
from transferjob_trainer.report.story import Story
from transferjob_trainer.report.use import use_section
from transferjob_trainer.report.write import write_report

VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    """Tags, text and everything that could load or run something; fails where tags do not close as they opened."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.loads: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.loads += [
            value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "srcset", "action")
        ]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def told() -> Story:
    return story()


@pytest.fixture(scope="module")
def read(told: Story) -> Reader:
    reader = Reader()
    reader.feed(report_page(told))
    reader.close()
    return reader


def test_nothing_is_loaded_and_nothing_runs(read: Reader, told: Story) -> None:
    assert not read.tags.keys() & {"script", "iframe", "object", "link", "form", "base"}
    assert all(each.startswith(("data:image/jpeg;base64,", "#")) for each in read.loads)
    assert sum(each.startswith("data:") for each in read.loads) == read.tags["img"] == 12
    assert "lazy" not in report_page(told), "what is not scrolled to would be missing in print"


def test_names_are_shown_as_they_are_and_turn_nothing(read: Reader, told: Story) -> None:
    page = report_page(told)
    assert HOSTILE[:40] in read.words[0] or any(HOSTILE[:60] in each for each in read.words)
    assert "\x00" not in page
    assert "\u202e" not in page
    page.encode("utf-8")


def test_every_part_is_there(read: Reader) -> None:
    text = " ".join(read.words)
    for part in (
        "selected on it",
        "Training",
        "What was frozen",
        "Confusion matrix",
        "Most confident mistakes",
        "Classes",
        "Calibration",
        "Plan and time",
        "2 pictures that were measured on have an exact copy on another side of the split",
        "The model",
        "serve_bytes",
        "All settings, defaults included",
        "learning rate 0.0001",
    ):
        assert part in text, part
    assert read.tags["svg"] == 3


def test_numbers_stand_to_the_right_where_a_row_has_none() -> None:
    drawn = table(("format", "differs by"), [("Keras", ""), ("ONNX", "2.2e-06")])
    assert "<th>format</th><th class=number>differs by</th>" in drawn


def test_long_paths_keep_the_name_of_the_file() -> None:
    shown = place("a class with a long name/" * 8 + "0042.jpg")
    assert "0042.jpg</bdi>" in shown
    assert len(shown) < 90
    assert place("a/0042.jpg") == "<bdi>a/0042.jpg</bdi>"


@pytest.mark.parametrize(("values", "told"), [((1.0, 1.0), "balanced: true"), ((0.5, 2.0), "from 0.50 to 2.00")])
def test_uneven_classes_are_told_with_their_weights(values: tuple[float, float], told: str) -> None:
    labels = np.repeat([0, 1], [30, 6]).astype(np.int32)
    found = evaluation(answers(labels, 2), labels, ["cat", "dog"], "test")
    drawn = class_section(found, [60, 10], np.array(values, np.float32))
    assert "The largest class has 60 training pictures, the smallest 10: 6.0 to one." in drawn
    assert told in drawn
    assert ('class="warn"' in drawn) == (values[0] == 1.0)


@pytest.mark.parametrize(
    ("mode", "call"), [("Stretch", "picture.resize"), ("Crop", "ImageOps.fit"), ("Pad", "ImageOps.pad")]
)
def test_pictures_are_brought_to_size_as_training_did(told: Story, mode: str, call: str) -> None:
    job = told.job.model_copy(update={"input": told.job.input.model_copy(update={"resize": ResizeSpec(mode=mode)})})
    assert f"{call}(" in use_section(replace(told, job=job))


def test_classes_that_differ_by_case_are_asked_about() -> None:
    dataset = replace(hostile_dataset(), classes=("rose", "Rose", *CLASSES[2:]))
    assert "<bdi>rose</bdi> and <bdi>Rose</bdi> count as 2 classes; are they one?" in report_page(story(dataset))


def test_advice_is_drawn_and_told(told: Story) -> None:
    scored = {"score": 0.6, "standard_error": 0.02}
    row = {"name": HOSTILE[:100], "probe": 0.5, "random_probe": 0.3, "trainable_parameters": 9, "seconds": 1}
    cuts = [AdviceCut.model_validate({**row, "frozen_layers": n, **(scored if n != 40 else {})}) for n in (0, 40, 86)]
    advice = AdviceReport(recommended=86, second=0, confidence="Medium", reason=f"Because {HOSTILE}", applied=True,
                          pictures=90, labels_per_class=9, distance="Far", shift=0.9, cuts=tuple(cuts), seconds=3.2,
                          rules=(RuleOfThumb(rule="Labels", seen="9 pictures", leaning="FineTune", agrees=False),)
                          )  # fmt: skip
    reader = Reader()
    reader.feed(report_page(replace(told, advice=advice)))
    text = " ".join(reader.words)
    for part in ("Advice on how much to freeze", "Confidence: medium. This job was trained with it.",
                 "60.0\u00a0% ± 2.0", "second choice",
                 "Rule of thumb: fine-tune, because 9 pictures. The advice disagrees."):  # fmt: skip
        assert part in text, part
    assert reader.tags["svg"] == 4
    assert "Advice on how much" not in report_page(told)


def test_plots_have_the_colours_of_the_page(told: Story) -> None:
    drawn = "".join(re.findall(r"<svg.*?</svg>", report_page(told), re.S))
    assert "var(--second)" in drawn
    assert not re.findall(r"(?:fill|stroke): #(?!none)\w+", drawn)


def test_many_classes_make_no_square(tensorflow: Any) -> None:
    many = replace(digits(300, 200), classes=tuple(f"class {index}" for index in range(300)))
    labels = np.arange(200, dtype=np.int32) % 300
    many = replace(many, validation=replace(many.validation, labels=labels))
    found = evaluation(answers(labels, 300), labels, many.classes, "test")
    reader = Reader()
    page = report_page(story(many, evaluation=found, mistakes=()))
    reader.feed(page)
    text = " ".join(reader.words)
    assert "too large a matrix" in text
    assert "160 more" in text, "the worst classes are seen at once, others on demand"
    assert "The worst 200 of 300; metrics.json has all." in text
    assert len(page) < 400_000


def test_mistakes_are_the_surest_and_read_only_where_they_were_not_kept() -> None:
    dataset = hostile_dataset()
    final = dataset.final
    outputs = answers(final.labels, len(CLASSES))
    wanted: list[str] = []

    def read(paths: Any) -> dict[str, Any]:
        wanted.extend(paths)
        return dict.fromkeys(paths[1:], final.images[0])

    unread = replace(final, images=final.images[:0])
    mistakes = surest_mistakes(outputs, unread, read)
    assert [each.path for each in mistakes] == wanted
    assert mistakes[0].picture is None
    assert all(each.picture for each in mistakes[1:])
    wrong = outputs.argmax(axis=1) != final.labels
    assert [each.confidence for each in mistakes] == sorted(outputs.max(axis=1)[wrong].tolist(), reverse=True)[:12]
    assert not surest_mistakes(np.eye(10, dtype=np.float32)[final.labels], final, read)


def test_copies_across_splits_are_told_with_their_classes() -> None:
    dataset = hostile_dataset()
    page = report_page(story(dataset))
    label = dict(zip(dataset.train.paths, dataset.train.labels, strict=True))
    measured = dict(zip(dataset.validation.paths, dataset.validation.labels, strict=True))
    apart = sum(measured[each.path] != label[each.copy] for each in dataset.crossings)
    assert (
        f"2 pictures that were measured on have an exact copy on another side of the split ({apart} under another"
        in page
    )
    assert "No picture that was measured on has an exact copy" in report_page(story(replace(dataset, crossings=())))


def test_a_report_that_fails_is_said_and_leaves_nothing(
    told: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Story:
        return replace(told, phases=None)  # type: ignore[arg-type]

    log = RunLog(lambda text: text.replace("zero", "***"))
    path = tmp_path / "report.html"
    assert not write_report(path, broken, log)
    assert "no report was made: TypeError" in capsys.readouterr().out
    assert not path.exists()
    assert write_report(path, lambda: told, log)
    assert "zero" not in path.read_text(encoding="utf-8")


def test_matplotlib_is_imported_by_the_report_alone() -> None:
    code = (
        "import sys, transferjob_trainer.publication;"
        "sys.exit(bool({'matplotlib', 'onnx', 'tf2onnx', 'onnxruntime', 'ai_edge_litert'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

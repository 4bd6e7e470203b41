"""A table of pictures, cropped, with groups and a dataset of its own for the final figures, becomes a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.component.trainer.test_end_to_end import published, started
from tests.unit.trainer.runs import SIDE, write_digits, write_run


@pytest.mark.slow
def test_a_csv_becomes_a_model_and_copies_are_counted(tmp_path: Path) -> None:
    train, test = write_digits(tmp_path / "train"), write_digits(tmp_path / "test", each=3)
    paths = sorted(path.relative_to(train).as_posix() for path in train.rglob("*.png"))
    rows = [f"{path},{path[0]},{index % 5}" for index, path in enumerate(paths)]
    (train / "digits.csv").write_text("\n".join(["file,label,writer", *rows]))
    (test / "labels.csv").write_text(
        "\n".join(
            ["file,label,writer", *(f"{path.relative_to(test)},{path.parent.name},9" for path in test.rglob("*.png"))]
        )
    )
    run = write_run(
        tmp_path,
        input={"height": SIDE, "width": SIDE, "resize": {"mode": "Crop"}},
        dataset={
            "uri": f"file://{train}/digits.csv",
            "fields": {"image": "file", "label": "label"},
            "validation": {"groupBy": "writer"},
            "test": {"uri": f"file://{test}/labels.csv"},
        },
    )
    with started(run) as trainer:
        code, printed, message = trainer.end()
    assert code == 0, printed
    assert "CSV: digits.csv names 120 pictures" in printed
    assert "30 pictures have an exact copy on another side of the split" in printed
    result = published(tmp_path / "output")
    assert result.evaluated_on == "test"
    assert (result.dataset.examples + result.dataset.validation_examples, result.dataset.test_examples) == (120, 30)
    assert message.result is not None
    assert result.dataset.duplicates == 30

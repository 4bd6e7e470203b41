"""A few rounds of `make fuzz-data`, and that it would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.corpus import CASES
from tests.fuzz.play import play


# Of broken pictures Pillow says more than it raises.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("name", CASES)
def test_damaged_datasets_end_with_a_sentence(name: str, tmp_path: Path) -> None:
    outcomes = {play(name, seed, tmp_path / "now") for seed in range(10)}
    assert outcomes <= {"loaded", "DatasetInvalid"}
    assert "DatasetInvalid" in outcomes


def test_another_end_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transferjob_trainer.data.formats.csv_text.MAX_LINE_BYTES", "no number")
    with pytest.raises(TypeError):
        play("csv", 1, tmp_path / "now")

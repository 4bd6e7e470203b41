"""The table of the bench of advice is Markdown, with a verdict for each task."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.advice.table import TABLE, report


def cell(shares: dict[str, float], advised: dict[str, float]) -> dict[str, Any]:
    random = np.random.default_rng(0)

    def bits(share: float, count: int) -> str:
        return "".join("1" if each else "0" for each in random.random(count) < share)

    advice = {
        **{"cuts": [int(count) for count in shares], "probes": {"50": 0.6, "86": 0.5}, "pictures": 40, "seconds": 3.0},
        **{"shift": 0.1, "labels": 10, "rightLabels": (np.arange(300) % 3).tolist()},
        "right": {count: bits(share, 300) for count, share in advised.items()},
    }
    trained = {count: {"right": bits(share, 2000), "seconds": 2.0} for count, share in shares.items()}
    return {"trained": trained, "advice": advice}


def test_a_table_of_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shares = {"0": 0.9, "50": 0.7, "86": 0.5}
    good, bad = cell(shares, shares), cell(shares, {"0": 0.5, "86": 0.9})
    (tmp_path / "clothes-to-digits-10-0.json").write_text(json.dumps(good))
    (tmp_path / "digits-to-clothes-10-0.json").write_text(json.dumps(bad))
    cut_short = {**good, "trained": {"0": good["trained"]["0"]}}
    (tmp_path / "digits-to-clothes-100-0.json").write_text(json.dumps(cut_short))
    report(tmp_path)
    text = (tmp_path / TABLE).read_text()
    assert text.strip() == capsys.readouterr().out.strip()
    rows = [[part.strip() for part in line.split("|")[1:-1]] for line in text.split("\n\n")[1].splitlines()]
    assert "| clothes to digits | 0.100 | far |" in text
    assert [row[:3] for row in rows[2:]] == [
        ["clothes to digits", "10", "1"],
        ["digits to clothes", "10", "1"],
        ["mean", "", ""],
    ]
    assert [row[-2:] for row in rows[2:4]] == [["0", "0"], ["0", "86"]]
    assert {len(row) for row in rows} == {len(rows[0])}
    verdicts = [line.rpartition(": ")[2] for line in text.splitlines() if line.startswith("- ")]
    assert verdicts == ["met", "MISSED"]


def test_nothing_is_said_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(tmp_path)
    assert capsys.readouterr().out == "no cell is whole yet\n"

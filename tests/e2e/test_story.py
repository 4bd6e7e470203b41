"""The demo's path as one test: three jobs from `kubectl apply` to models with a URI, and nothing left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
MARKER = "TRANSFERJOB_STORY_TEST"


def _with_marker(value: str) -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARKER) == value:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


@pytest.mark.timeout(1200)
def test_the_demo_ends_with_three_models_and_leaves_nothing_running() -> None:
    marker = str(os.getpid())
    done = subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env={**os.environ, MARKER: marker, "COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=1140,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    rows = {row["job"]: row for row in json.loads((ROOT / "build/demo/summary.json").read_text())}
    assert list(rows) == ["pretrain", "transfer", "from-scratch"]
    assert rows["pretrain"]["accuracy"] > 0.9
    assert rows["transfer"]["frozenLayers"] == 11
    assert rows["transfer"]["accuracy"] > 0.7
    assert all(row["modelURI"].endswith(row["digest"]) for row in rows.values())
    assert "it is a 7; the model says 7" in done.stdout
    assert _with_marker(marker) == []

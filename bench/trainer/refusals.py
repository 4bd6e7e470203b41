"""How soon a run that cannot work ends, as a process, from its start to its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from .cases import CASES
from .job import job_of

_WITHOUT_TENSORFLOW, _WITHOUT_DATA = 2.0, 20.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A run file with one fault."""

    name: str
    fault: dict[str, Any]
    code: int
    limit: float
    """Most seconds from start to end."""


_REFUSALS = (
    Refusal("freeze-count", {"freeze": {"layers": 176}}, 64, _WITHOUT_TENSORFLOW),
    Refusal("layer-name", {"freeze": {"upTo": "conv9_block9_out"}}, 64, _WITHOUT_TENSORFLOW),
    Refusal("output", {"output": {"uri": "file:///proc/nowhere", "formats": ["Keras"]}}, 77, _WITHOUT_TENSORFLOW),
    Refusal("gpu", {"gpus": 1}, 72, _WITHOUT_DATA),
)


def refusals() -> list[dict[str, Any]]:
    """A row for each; the dataset that they name is not there."""
    with tempfile.TemporaryDirectory(prefix="bench-trainer-") as folder:
        return [_measured(refusal, Path(folder)) for refusal in _REFUSALS]


def _measured(refusal: Refusal, folder: Path) -> dict[str, Any]:
    document = job_of(CASES[0], folder / "pictures").model_dump(mode="json", by_alias=True, exclude_none=True)
    output = {"uri": f"file://{folder}/output", "formats": ["Keras"]}
    run_file = folder / f"{refusal.name}.json"
    run_file.write_text(json.dumps({**document, "output": output, **refusal.fault}))
    message = folder / f"{refusal.name}.message"
    command = [sys.executable, "-m", "transferjob_trainer", "--run", str(run_file), "--listen", "127.0.0.1:0"]
    started, before = monotonic(), os.times()
    done = subprocess.run([*command, "--termination-log", str(message)], capture_output=True, text=True, check=False)
    seconds, after = monotonic() - started, os.times()
    if done.returncode != refusal.code:
        raise SystemExit(
            f"{refusal.name} ended with {done.returncode}, not {refusal.code}:\n{done.stdout}{done.stderr}"
        )
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {
        "name": refusal.name,
        "code": refusal.code,
        "seconds": round(seconds, 2),
        "processor_seconds": round(used, 2),
        "limit": refusal.limit,
        "message": json.loads(message.read_text())["message"],
    }

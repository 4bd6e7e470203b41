"""`make release-check`: every library of the images is in a bill of materials, with a licence that may be passed on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
COPIED = ("pyproject.toml", "CHANGELOG.md", "images", "scripts", "charts/transferjob/Chart.yaml")


def checkout(folder: Path) -> Path:
    """What the check reads, and a stand-in for scripts/verify, which needs the whole checkout."""
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    (folder / "scripts/verify").write_text("#!/bin/sh\n")
    return folder


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/release-check", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_bills_name_what_the_locks_name(tmp_path: Path) -> None:
    done = check(checkout(tmp_path), "--unreleased")
    assert done.returncode == 0, done.stdout
    for image, library in (("operator", "kubernetes"), ("trainer", "tensorflow")):
        bill = json.loads((tmp_path / f"build/release/sbom-{image}.json").read_text())
        assert library in {part["name"] for part in bill["components"]}
        assert all(part["licenses"] for part in bill["components"])


def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    chart = folder / "charts/transferjob/Chart.yaml"
    chart.write_text(chart.read_text().replace("\nversion: 0.1.0", "\nversion: 0.2.0"))
    (folder / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- All of it.\n")
    done = check(folder)
    assert done.returncode == 1
    assert "charts/transferjob/Chart.yaml: version must be 0.1.0, the version in pyproject.toml" in done.stdout
    assert "CHANGELOG.md has no entry under '## 0.1.0'" in done.stdout

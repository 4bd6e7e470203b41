"""The real Helm, with folders of its own instead of the user's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.cluster import toolchain

CHART = Path(__file__).parents[2] / "charts/transferjob"
RELEASE, NAMESPACE = "transferjob", "transferjob-system"
MONITORING = tuple(
    f"--api-versions=monitoring.coreos.com/v1/{kind}" for kind in ("ServiceMonitor", "PodMonitor", "PrometheusRule")
)
"""For `template`, which sees no cluster: as if Prometheus Operator were there."""
_SECONDS = 120.0


class HelmError(Exception):
    """Helm refused or failed; the text is what it said."""


class Helm:
    """One user's Helm."""

    def __init__(self, folder: Path, kubeconfig: Path | None = None) -> None:
        """Prepares.

        Args:
            folder: where Helm keeps what it keeps.
            kubeconfig: whose cluster it sees; None for none at all.
        """
        names = ("cache", "config", "data")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            **{f"HELM_{name.upper()}_HOME": str(folder / name) for name in names},
            "KUBECONFIG": str(kubeconfig or folder / "none"),
        }

    def run(self, *arguments: str | Path) -> str:
        """What Helm prints. Raises HelmError when it fails."""
        command = [toolchain.helm(), *arguments]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        if done.returncode:
            raise HelmError((done.stderr or done.stdout).strip())
        return done.stdout

    def template(self, *arguments: str | Path) -> str:
        """All manifests of the chart, as text."""
        return self.run("template", RELEASE, CHART, "-n", NAMESPACE, *MONITORING, *arguments)


def documents(text: str) -> list[dict[str, Any]]:
    """The objects of rendered manifests."""
    return [document for document in yaml.load_all(text, yaml.CSafeLoader) if document]

"""A real Prometheus on loopback that scrapes what it is told."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.cluster.api import poll
from tests.cluster.ports import LOOPBACK, free_ports
from tests.cluster.processes import ChildProcess

BINARY = shutil.which("prometheus")
_READY_SECONDS = 30.0


class Prometheus:
    """One server, asked over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series that an expression has now."""
        return self._asked("query", query=expression)

    def range(self, expression: str, seconds: int) -> list[tuple[dict[str, str], list[tuple[float, float]]]]:
        """Labels, and (seconds from the start, value), of each series in the last seconds."""
        end = time.time()
        found = self._asked("query_range", query=expression, start=end - seconds, end=end, step=1)
        return [
            (series["metric"], [(at - end + seconds, float(value)) for at, value in series["values"]])
            for series in found
        ]

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            return httpx.get(f"{self._url}/-/ready", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def _asked(self, what: str, **about: str | float) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self._url}/api/v1/{what}", params=about, timeout=10, trust_env=False)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]["result"]
        return found


@contextmanager
def prometheus(folder: Path, targets: Mapping[str, str], rules: Sequence[Path] = ()) -> Iterator[Prometheus]:
    """Runs while the body does; scrapes once a second.

    Args:
        folder: for its data.
        targets: host:port by the name of the job.
        rules: files of rules that it evaluates.
    """
    assert BINARY is not None
    scrapes = [{"job_name": name, "static_configs": [{"targets": [target]}]} for name, target in targets.items()]
    config = folder / "prometheus.yaml"
    every = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config.write_text(
        yaml.safe_dump({"global": every, "scrape_configs": scrapes, "rule_files": [str(rule) for rule in rules]})
    )
    (port,) = free_ports(1)
    # fmt: off
    command: list[str | Path] = [
        BINARY, f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
    ]
    # fmt: on
    child = ChildProcess("prometheus", command, folder / "prometheus.log")
    try:
        server = Prometheus(f"http://{LOOPBACK}:{port}")
        poll(server.ready, lambda ready: ready, _READY_SECONDS, "Prometheus is ready")
        yield server
    finally:
        child.stop(5)

"""One API server for these tests, a namespace for each test, and the command line as its users start it."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cluster.api import Api, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.cluster.resources import Resource

CRD = Path(__file__).parents[3] / "crds" / "transferjobs.yaml"
_DEADLINE_SECONDS = 60

Result = subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def cli_cluster() -> Iterator[ControlPlane]:
    with ControlPlane(job_controller=False, scheduler=False) as cluster:
        cluster.api.apply_file(CRD)
        yield cluster


@pytest.fixture
def cli_node(cli_cluster: ControlPlane) -> Iterator[str]:
    """A local node, stopped at the end; yields its name."""
    with LocalNode(cli_cluster, "cli-node") as node:
        yield node.name


@dataclass
class Cli:
    """Runs `transferjob` in a namespace of its own and stops what is still running at the end."""

    kubeconfig: Path
    namespace: str
    api: Api
    started: list["subprocess.Popen[str]"] = field(default_factory=list)

    def __call__(self, *arguments: str, stdin: str = "", **environment: str) -> Result:
        return subprocess.run(
            self._command(arguments),
            input=stdin,
            capture_output=True,
            text=True,
            env=self._environment(environment),
            timeout=_DEADLINE_SECONDS,
            check=False,
        )

    def start(self, *arguments: str, stream: int = subprocess.PIPE) -> "subprocess.Popen[str]":
        """Starts it, with its output to a pipe, or to a terminal as a file descriptor."""
        process = subprocess.Popen(
            self._command(arguments),
            stdout=stream,
            stderr=stream,
            text=True,
            env=self._environment({"TERM": "xterm"}),
        )
        self.started.append(process)
        return process

    @staticmethod
    def until_connected(process: "subprocess.Popen[str]") -> None:
        """Waits until a command that was started has asked the API server something."""
        seen = psutil.Process(process.pid)
        poll(
            lambda: [one.status for one in seen.net_connections()],
            lambda states: psutil.CONN_ESTABLISHED in states,
            _DEADLINE_SECONDS,
            "a connection",
        )

    def resource(self, name: str | None = None) -> Resource:
        return Resource("transferjob.dev/v1alpha1", "transferjobs", self.namespace, name)

    def set_status(self, name: str, **status: Any) -> None:
        """Writes a status as the operator would."""
        target = self.resource(name)._replace(subresource="status")
        self.api.patch(target, {"status": status}, "merge")

    def stop(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        # A shell that starts the tests in the background has them ignore SIGINT, and children inherit that.
        heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        code = f"{heed}; from transferjob_operator.cli.main import main; main()"
        return [sys.executable, "-c", code, "-n", self.namespace, *arguments]

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return {**os.environ, "KUBECONFIG": str(self.kubeconfig), "PYTHONUNBUFFERED": "1", **more}


@pytest.fixture
def cli(cli_cluster: ControlPlane) -> Iterator[Cli]:
    namespace = f"cli-{uuid.uuid4().hex[:8]}"
    cli_cluster.api.create(Resource("v1", "namespaces"), {"metadata": {"name": namespace}})
    runner = Cli(cli_cluster.kubeconfig, namespace, cli_cluster.api)
    try:
        yield runner
    finally:
        runner.stop()
        cli_cluster.api.delete(Resource("v1", "namespaces", None, namespace))


def manifest(name: str, **spec: Any) -> str:
    return json.dumps(
        {
            "apiVersion": "transferjob.dev/v1alpha1",
            "kind": "TransferJob",
            "metadata": {"name": name, "labels": {"team": name}},
            "spec": {
                "backbone": {"name": "ResNet50", "weights": "none"},
                "freeze": {"layers": 100},
                "dataset": {"uri": "sklearn://digits"},
                "output": {"uri": "s3://bucket/models/"},
                **spec,
            },
        }
    )

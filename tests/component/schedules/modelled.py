"""The model's side of a trace: its Job controller, garbage collector and nodes, each until nothing changes."""

from __future__ import annotations

from datetime import timedelta

from tests.component.schedules.world import Picture, Policy, child, picture
from tests.schedules.job_controller import JobController
from tests.schedules.nodes import Nodes
from tests.schedules.server import Server

ROUNDS = 50
NAME = "traced"


class ModelWorld:
    """A World of the model."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self._server = Server()
        self._controller, self._nodes = JobController(self._server), Nodes(self._server)

    def begin(self, *, retries: int = 3, suspend: bool = False) -> None:
        self._server.create("jobs", child(NAME, retries, suspend))

    def run(self) -> None:
        self._settle()
        (job,) = self._server.all("jobs")
        self._server.now += timedelta(seconds=self._controller.wait_seconds(job["metadata"]["uid"]))
        self._settle()
        assert self._nodes.start(), f"no pod can start: {self._server.all('pods')}"

    def end(self, code: int) -> None:
        self._nodes.end(code)

    def delete_pod(self) -> None:
        self._server.delete("pods", self._server.all("pods")[-1]["metadata"]["name"])

    def preempt(self) -> None:
        self._nodes.preempt()

    def let_go(self, code: int = 143) -> None:
        self._settle()
        assert self._nodes.kill(code), "no pod is to go"

    def suspend(self, suspend: bool) -> None:
        self._settle()
        self._server.patch("jobs", NAME, {"spec": {"suspend": suspend}})

    def delete(self, policy: Policy) -> None:
        self._settle()
        self._server.delete("jobs", NAME, policy)

    def look(self) -> None:
        self._settle()
        self.pictures.append(picture(self._server.get("jobs", NAME), self._server.all("pods")))

    def _settle(self) -> None:
        for _ in range(ROUNDS):
            moved = [self._controller.sync(), self._server.collect(), self._nodes.bind()]
            if not any(moved):
                return
        raise AssertionError(f"no rest after {ROUNDS} rounds")

"""One namespace with nodes, a proxy and an operator of its own, so that schedules side by side do not meet."""

from __future__ import annotations

import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import Jobs
from tests.faults.proxy import FaultProxy
from tests.faults.seen import Seen
from tests.schedules.live.faults import Faults
from tests.schedules.live.history import History
from tests.schedules.live.kubelets import Kubelets
from tests.schedules.live.queue import Queue
from tests.schedules.live.view import RealView
from tests.schedules.truth import NAME
from tests.support.operator_process import OperatorProcess

NODE_LOST_SECONDS = 4
_READY_SECONDS, _TURN_SECONDS = 60.0, 0.15


class World:
    """`with` starts all of it, and leaves nothing running."""

    def __init__(self, cluster: ControlPlane, account: Path, log: Path, *, toleration_seconds: int) -> None:
        """Prepares.

        Args:
            cluster: the control plane, with its Job controller and garbage collector; it may be shared.
            account: kubeconfig with the operator's rights.
            log: file that the operator's output is appended to.
            toleration_seconds: for which pods stay on silent nodes.
        """
        self.cluster, self.namespace = cluster, f"schedule-{uuid.uuid4().hex[:8]}"
        self.view, self.jobs = RealView(cluster.api, self.namespace), Jobs(cluster.api, self.namespace)
        self.audit, self.history = Lifecycle(cluster, self.jobs), History()
        self.queue = Queue(cluster.api, self.namespace)
        self.kubelets, self._proxy = Kubelets(cluster.api, self.namespace), FaultProxy(cluster)
        self.faults, self.deaths = Faults(self._proxy, self._kill_in_a_write), 0
        self._operator = OperatorProcess(
            self._proxy.kubeconfig(account, cluster.folder),
            log,
            identity=self.namespace,
            namespaces=self.namespace,
            leader_election=False,
            trainer_image="trainer:test",
            node_lost_seconds=NODE_LOST_SECONDS,
            unreachable_toleration_seconds=toleration_seconds,
            request_timeout_seconds=3,
            watch_idle_seconds=10,
            resync_seconds=8,
        )
        self._process, self._left, self._stack = threading.Lock(), threading.Event(), ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            for part in (self._a_namespace(), self.kubelets, self._proxy):
                self._stack.enter_context(part)
            self._stack.callback(self._operator.stop)
            self._operator.start()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.faults.stop()
        with self._process:
            self._left.set()  # a kill that is on its way starts nothing any more
            self._stack.close()

    def pass_time(self, seconds: float, *, kubelets: bool = True) -> None:
        """Time goes on, and the kubelets work; what becomes of the job is looked at."""
        end = time.monotonic() + seconds
        while True:
            if kubelets:
                self.kubelets.work()
            self.history.look(self.view.get("transferjobs", NAME))
            left = end - time.monotonic()
            if left <= 0:
                return
            self._left.wait(min(left, _TURN_SECONDS))

    def kill(self) -> None:
        """The operator is killed, paused or not, and another process begins."""
        with self._process:
            if not self._left.is_set():
                self.deaths += 1
                self._operator.kill()
                self._operator.start(wait_ready=False)

    def pause(self) -> None:
        """The operator's process stands still."""
        with self._process:
            self._operator.child.pause()

    def go_on(self) -> None:
        """A paused operator goes on."""
        with self._process:
            self._operator.child.signal(signal.SIGCONT)

    def wait_ready(self) -> None:
        """Waits until the operator knows everything. Raises RuntimeError where it has ended by itself."""
        self._operator.wait_ready(_READY_SECONDS)

    def check_operator(self) -> None:
        """Raises RuntimeError where the operator has ended by itself."""
        with self._process:
            child = self._operator.child
            if not child.running:
                raise RuntimeError(f"the operator ended with {child.exit_code}:\n{child.log_tail()}")

    def recover(self) -> None:
        """Whatever was wrong with the world is over, and the operator is ready."""
        self.faults.stop()
        self.kubelets.recover()
        self.go_on()
        self.wait_ready()

    def _kill_in_a_write(self, _seen: Seen) -> None:
        self.kill()

    @contextmanager
    def _a_namespace(self) -> Iterator[None]:
        where = Resource("v1", "namespaces")
        self.cluster.api.create(where, {"metadata": {"name": self.namespace}})
        try:
            yield
        finally:
            self.cluster.api.delete(where.named(self.namespace))

"""What the lifecycle tests ask the cluster."""

from collections import Counter
from typing import Any, Literal

from tests.cluster.api import Object, poll
from tests.cluster.audit import Write
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.cluster.resources import pods
from tests.component.operator.pods import Jobs
from tests.component.operator.steps import let_pass
from tests.support.operator_process import OperatorProcess

Propagation = Literal["Background", "Foreground", "Orphan"]
ACCOUNT = "system:serviceaccount:transferjob-system:transferjob-operator"


class Lifecycle:
    """One namespace's children and pods, and what the operator has written there."""

    def __init__(self, cluster: ControlPlane, jobs: Jobs) -> None:
        self._api, self._audit, self._jobs, self.namespace = cluster.api, cluster.audit, jobs, jobs.namespace

    def child(self, name: str) -> Object | None:
        """The Job of this name."""
        return self._api.find(batch_jobs(self.namespace, name))

    def wait_child(self, name: str, *, uid_other_than: str = "") -> Object:
        """The Job of this name once there is one, and once it is another than that."""
        found = poll(
            lambda: self.child(name),
            lambda job: job is not None and job["metadata"]["uid"] != uid_other_than,
            20,
            f"Job {name}",
        )
        assert found is not None
        return found

    def pods(self) -> list[Object]:
        """All pods of the namespace."""
        return self._api.list(pods(self.namespace))

    def edit(self, name: str, **run: Any) -> None:
        """Changes fields of spec.run; None removes one."""
        self._api.patch(self._jobs.at(name), {"spec": {"run": run}})

    def delete_child(self, name: str, propagation: Propagation = "Background") -> str:
        """Deletes the Job as a third party would; returns its UID."""
        uid = str(self.wait_child(name)["metadata"]["uid"])
        self._api.delete(batch_jobs(self.namespace, name), propagation=propagation)
        return uid

    def writes(self, since: int) -> list[tuple[str, str, str]]:
        """Verb, resource and subresource of what the operator has written here, Events apart, refused ones included."""
        made = self._audit.writes(since=since, failed=True, user=ACCOUNT, namespace=self.namespace)
        return [(write.verb, write.resource, write.subresource) for write in made if write.resource != "events"]

    def counted_writes(self, since: int) -> Counter[tuple[str, str, str]]:
        """How often each of them."""
        return Counter(self.writes(since))

    def pod_writes(self) -> list[Write]:
        """What the operator has written to pods here."""
        return self._audit.writes(user=ACCOUNT, namespace=self.namespace, resource="pods")

    def mark(self) -> int:
        """The present end of the audit log."""
        return self._audit.mark()

    def rests(self, seconds: float = 3.0) -> bool:
        """Whether the operator writes nothing for a while."""
        mark = self.mark()
        let_pass(seconds, "a while of rest")
        return self.writes(mark) == []


def passes(operator: OperatorProcess) -> float:
    """How many passes this process has made."""
    lines = [line for line in operator.metrics().splitlines() if line.startswith("transferjob_reconcile_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in lines)

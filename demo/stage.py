"""The stage of the story: control plane, node and operator, all on loopback and all gone at the end."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from demo.steps import step
from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.support.installation import install
from tests.support.operator_process import OperatorProcess

MANIFESTS = Path(__file__).parent / "manifests"
NAMESPACE = "default"


class Stage:
    """A cluster with one node, the CRD, the operator under its own account, and a claim for the models."""

    cluster: ControlPlane
    node: LocalNode
    operator: OperatorProcess

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        try:
            self._build()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with step("Taking everything down"):
            self._stack.close()

    @property
    def models(self) -> Path:
        """Where the claim's data lies on this machine."""
        return self.node.claims / NAMESPACE / "models"

    def _build(self) -> None:
        with step("Starting etcd, kube-apiserver, kube-controller-manager and kube-scheduler"):
            self.cluster = self._stack.enter_context(ControlPlane())
        with step("Starting a node without containers, and a claim for the models"):
            self.node = self._stack.enter_context(LocalNode(self.cluster))
            self.cluster.api.apply_file(MANIFESTS / "claim.yaml")
        with step("Installing the TransferJob resource and starting the operator under its own account"):
            account = install(self.cluster)
            log = self.cluster.folder / "operator.log"
            self.operator = self._stack.enter_context(OperatorProcess(account, log))

"""The release of the chart, as an administrator has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.cluster.api import Api, Object
from tests.cluster.resources import Resource, pods
from tests.support.helm import CHART, NAMESPACE, RELEASE, Helm

OPERATOR = "transferjob-operator"
DEFINITION = Resource("apiextensions.k8s.io/v1", "customresourcedefinitions", None, "transferjobs.transferjob.dev")
# A lost node is given up in seconds; all else is the chart's own.
VALUES: dict[str, Any] = {"settings": {"nodeLostSeconds": 15, "unreachableTolerationSeconds": 120}}
_WAIT = ("--wait", "--timeout", "110s")


class Release:
    """Installs, changes and removes it."""

    def __init__(self, helm: Helm, api: Api, folder: Path) -> None:
        self.helm = helm
        self._api, self._folder = api, folder

    def install(self, **more: Any) -> str:
        """Installs or upgrades with VALUES and more, and waits until the operator is ready; what Helm prints."""
        file = self._folder / "values.yaml"
        file.write_text(yaml.safe_dump(_merged(VALUES, more)))
        where = ("--namespace", NAMESPACE, "--create-namespace")
        return self.helm.run("upgrade", "--install", RELEASE, CHART, *where, "--values", file, *_WAIT)

    def run(self, *command: str) -> str:
        """A command of Helm about the release: `run("rollback")`."""
        return self.helm.run(*command[:1], RELEASE, *command[1:], "--namespace", NAMESPACE)

    def rollback(self) -> None:
        """Back to the revision before."""
        self.run("rollback", *_WAIT)

    def operators(self) -> list[Object]:
        """The operator's pods that are not on their way out."""
        found = self._api.list(pods(NAMESPACE), labelSelector="app.kubernetes.io/component=operator")
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def arguments(self) -> set[str]:
        """The operator's flags."""
        deployment = self._api.get(Resource("apps/v1", "deployments", NAMESPACE, OPERATOR))
        return set(deployment["spec"]["template"]["spec"]["containers"][0]["args"])

    def leader(self) -> str:
        """Name of the pod that works."""
        lease = self._api.get(Resource("coordination.k8s.io/v1", "leases", NAMESPACE, OPERATOR))
        return str(lease["spec"].get("holderIdentity") or "").rpartition("_")[0]


def _merged(values: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    merged = {**values, **more}
    if "settings" in more:
        merged["settings"] = {**values["settings"], **more["settings"]}
    return merged

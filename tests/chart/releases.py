"""A release on a real control plane and the local node: what an administrator does, and what one can see of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.chart.openapi import plural_of
from tests.cluster.api import Api, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource, pods
from tests.support.helm import CHART, NAMESPACE, RELEASE, Helm, documents

ON_LOCAL_NODE = {"runs": "operators"}
OPERATOR = "transferjob-operator"


def values(cluster: ControlPlane, folder: Path, **more: Any) -> Path:
    """Values with which the operator's pods run on the local node, which has no Services and one network for all."""
    server = urlsplit(cluster.url)
    environment = [
        {"name": "KUBERNETES_SERVICE_HOST", "value": server.hostname},
        {"name": "KUBERNETES_SERVICE_PORT", "value": str(server.port)},
        {"name": "TRANSFERJOB_HEALTH_ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    ]
    file = folder / "values.yaml"
    file.write_text(yaml.safe_dump({"extraEnv": environment, "nodeSelector": ON_LOCAL_NODE, **more}))
    return file


def install(helm: Helm, values: Path, chart: Path = CHART) -> str:
    """Installs or upgrades and waits until the operator is ready. Returns what Helm prints."""
    # fmt: off
    return helm.run(
        "upgrade", "--install", RELEASE, chart, "--namespace", NAMESPACE, "--create-namespace", "--values", values,
        "--wait", "--timeout", "60s",
    )
    # fmt: on


def objects(helm: Helm, api: Api) -> list[Resource]:
    """What the release has made."""
    made = documents(helm.run("get", "manifest", RELEASE, "--namespace", NAMESPACE))
    return [
        Resource(d["apiVersion"], plural_of(api, d), d["metadata"].get("namespace"), d["metadata"]["name"])
        for d in made
    ]


def older(folder: Path) -> Path:
    """A copy of the chart whose resource has no short name: that of an earlier version."""
    copy = folder / "older"
    shutil.copytree(CHART, copy)
    file = copy / "files/crds/transferjobs.yaml"
    file.write_text(file.read_text().replace("    shortNames:\n    - tj\n", ""))
    return copy


def operators(api: Api) -> list[Object]:
    """The operator's pods that are not on their way out."""
    found = api.list(pods(NAMESPACE), labelSelector="app.kubernetes.io/component=operator")
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

"""spec.pod.volumes on a node that runs the pod: the trainer finds each where the job says."""

from __future__ import annotations

from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.cluster.resources import Resource
from tests.component.operator.pods import Jobs
from tests.support.operator_process import OperatorProcess

IN_PLACE_OF_THE_TRAINER = """
import os, pathlib
pathlib.Path("/scratchpad/note").write_text("kept")
print(pathlib.Path("/words/greeting").read_text(), pathlib.Path("/scratchpad/note").read_text(), flush=True)
try:
    pathlib.Path("/lent/note").write_text("no")
except OSError as error:
    print(error.strerror, flush=True)
os._exit(3)
"""
VOLUMES = (
    {"name": "code", "mountPath": "/code", "configMap": {"name": "code"}},
    {"name": "words", "mountPath": "/words", "secret": {"secretName": "words"}},
    {"name": "scratchpad", "mountPath": "/scratchpad", "emptyDir": {}},
    {"name": "lent", "mountPath": "/lent", "readOnly": True, "persistentVolumeClaim": {"claimName": "lent"}},
)


def test_the_trainer_finds_each_volume_where_the_job_says(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, real_node: LocalNode
) -> None:
    code = {"metadata": {"name": "code"}, "data": {"sitecustomize.py": IN_PLACE_OF_THE_TRAINER}}
    cluster.api.create(Resource("v1", "configmaps", jobs.namespace), code)
    words = {"metadata": {"name": "words"}, "stringData": {"greeting": "hello"}}
    cluster.api.create(Resource("v1", "secrets", jobs.namespace), words)
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}
    lent = {"metadata": {"name": "lent"}, "spec": {**claim, "storageClassName": "local-node"}}
    cluster.api.create(Resource("v1", "persistentvolumeclaims", jobs.namespace), lent)
    placed = {
        "nodeSelector": {"kubernetes.io/hostname": real_node.name},
        "env": [{"name": "PYTHONPATH", "value": "/code"}],
        "volumes": list(VOLUMES),
    }
    resources = {"gpus": 0, "cpu": "100m", "memory": "64Mi"}
    jobs.create("furnished", run={"retries": 0}, pod=placed, resources=resources)
    failure = jobs.wait_phase("furnished", "Failed", 60)["failure"]
    assert (failure["exitCode"], failure["logTail"]) == (3, "hello kept\nRead-only file system")

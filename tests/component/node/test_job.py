import sys
from pathlib import Path

from tests.cluster.node.process import LocalNode
from tests.cluster.resources import jobs, pods
from tests.component.node.workloads import Workloads, state

SCRIPT = """
set -e
test "$SECRET" = "a word"
test "$COMBINED" = "a word of $POD_NAME"
test "$CPUS" = 2
test -z "$KUBECONFIG$PYTEST_CURRENT_TEST"
cp /run/file/run.json /data/copy.json
echo scratch > /scratch/file
[ "$(cat /plain/inner/key)" = value ]
[ "$(cat /single)" = value ]
! echo x > /plain/inner/key
[ "$(which python)" = "$PYTHON" ]
printf finished > /dev/termination-log
"""


def test_a_job_finds_everything_that_its_template_promises(work: Workloads, shared_node: LocalNode) -> None:
    work.api.create(work.at("secrets"), {"metadata": {"name": "words"}, "stringData": {"word": "a word"}})
    work.api.create(work.at("configmaps"), {"metadata": {"name": "settings"}, "data": {"key": "value"}})
    claim = {
        "metadata": {"name": "data"},
        "spec": {
            "storageClassName": "local-node",
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    work.api.create(work.at("persistentvolumeclaims"), claim)
    pod = work.pod_object(
        "template",
        ["sh", "-c", SCRIPT],
        {
            "volumes": [
                {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
                {"name": "scratch", "emptyDir": {}},
                {"name": "memory", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
                {"name": "run", "downwardAPI": {"items": [_annotation("run.json", "run-file")]}},
                {"name": "plain", "configMap": {"name": "settings", "items": [{"key": "key", "path": "inner/key"}]}},
            ]
        },
        env=[
            {"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "words", "key": "word"}}},
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "COMBINED", "value": "$(SECRET) of $(POD_NAME)"},
            {"name": "CPUS", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "PYTHON", "value": str(Path(sys.executable).parent / "python")},
        ],
        volumeMounts=[
            {"name": "data", "mountPath": "/data"},
            {"name": "scratch", "mountPath": "/scratch"},
            {"name": "memory", "mountPath": "/dev/shm"},
            {"name": "run", "mountPath": "/run/file"},
            {"name": "plain", "mountPath": "/plain"},
            {"name": "plain", "mountPath": "/single", "subPath": "inner/key"},
        ],
        resources={"limits": {"cpu": "1500m"}},
    )
    pod["metadata"]["annotations"]["run-file"] = '{"epochs": 3}'
    work.create_job("train", pod, backoffLimit=0)

    job = work.api.wait_for(jobs(work.namespace, "train"), lambda found: "completionTime" in found["status"])

    assert job["status"]["succeeded"] == 1
    (ended,) = work.api.list(pods(work.namespace))
    assert ended["status"]["phase"] == "Succeeded"
    assert state(ended)["terminated"]["message"] == "finished"
    assert (shared_node.claims / work.namespace / "data" / "copy.json").read_text() == '{"epochs": 3}'


def test_the_data_of_a_claim_goes_with_the_claim(work: Workloads, shared_node: LocalNode) -> None:
    spec = {
        "storageClassName": "local-node",
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": "1Gi"}},
    }
    target = work.at("persistentvolumeclaims", "models")
    work.api.create(work.at("persistentvolumeclaims"), {"metadata": {"name": "models"}, "spec": spec})
    claim = work.api.wait_for(target, lambda found: found["status"]["phase"] == "Bound")
    folder = shared_node.claims / work.namespace / "models"
    assert folder.is_dir()

    work.api.delete(target)

    work.api.wait_gone(f"/api/v1/persistentvolumes/{claim['spec']['volumeName']}")
    assert not folder.exists()


def _annotation(path: str, name: str) -> dict[str, object]:
    return {"path": path, "fieldRef": {"fieldPath": f"metadata.annotations['{name}']"}}

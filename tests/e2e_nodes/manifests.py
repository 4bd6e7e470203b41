"""The jobs of the story: those of the real trainer, and those of a shell script in its place."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from tests.cluster.api import Object
from tests.nodes.tinyimage import SCRIPTED
from transferjob_trainer.contract import Artifact, PublishedResult, Termination

NAMESPACE = "team"
BUCKET, SECRET = "models", "s3"
DRIVER = "gpu-driver"
STAND_IN = Path(__file__).with_name("stand_in.py").read_text()
_DIGEST = "d" * 64
_DONE = Termination(
    reason="Succeeded",
    message="the model is published",
    result=PublishedResult(model_uri=f"s3://{BUCKET}/scripted/{_DIGEST}", digest=_DIGEST, best_epoch=1),
    metrics={"accuracy": 0.91},
    artifacts=(Artifact(format="Keras", path="model.keras", sha256=_DIGEST, bytes=12),),
)
_PROGRESS = (
    '{"podUID": "%s", "stage": "Training", "epoch": 1, "epochs": 3, "step": %d, "steps": 10000, "updatedTime": %d}'
)
# What a trainer shows of itself: progress until it is told to finish, its last words; 75 when the pod is to end.
_TRAINS = f"""
trap 'exit 75' TERM
mkdir -p /tmp/www
httpd -p 8080 -h /tmp/www
step=0
while [ ! -e /tmp/done ]; do
  step=$((step + 1))
  printf '{_PROGRESS}' "$TRANSFERJOB_POD_UID" $step $(date +%s) > /tmp/next
  mv /tmp/next /tmp/www/progress
  echo "step $step"
  sleep 1
done
echo {shlex.quote(_DONE.encode().decode())} > /dev/termination-log
"""
FINISH = ("sh", "-c", "echo > /tmp/done")
"""What to execute in a scripted trainer so that it ends well."""


def trainjob(name: str, **spec: Any) -> Object:
    """A TransferJob of the real trainer: digits to S3, one GPU."""
    return _manifest(
        name,
        {
            "backbone": {"name": "MobileNet", "weights": "none"},
            "input": {"height": 32, "width": 32},
            "freeze": {"none": True},
            "dataset": {"uri": "sklearn://digits"},
            "training": {"epochs": 2, "batchSize": 64},
            "output": {"uri": f"s3://{BUCKET}/{name}", "formats": ["Keras"], "secretRef": {"name": SECRET}},
            "resources": {"gpus": 1, "cpu": "1500m", "memory": "3Gi"},
            "pod": _driver(1),
            **spec,
        },
    )


def scripted(name: str, script: str = _TRAINS, *, image: str = SCRIPTED, **spec: Any) -> Object:
    """A TransferJob whose trainer is a shell script."""
    pod = {"image": image, "env": [{"name": "SCRIPT", "value": script}]}
    return _manifest(
        name,
        {
            "backbone": {"name": "ResNet50", "weights": "none"},
            "freeze": {"layers": 100},
            "dataset": {"uri": "sklearn://digits"},
            "output": {"uri": f"s3://{BUCKET}/{name}"},
            "resources": {"gpus": 1, "cpu": "50m", "memory": "64Mi"},
            "pod": pod,
            **spec,
        },
    )


def _driver(gpus: int) -> Object:
    """spec.pod with what stands for the driver."""
    return {
        "env": [{"name": "PYTHONPATH", "value": "/opt/driver"}, {"name": "STAND_IN_GPUS", "value": str(gpus)}],
        "volumes": [{"name": "driver", "mountPath": "/opt/driver", "configMap": {"name": DRIVER}}],
    }


def _manifest(name: str, spec: Object) -> Object:
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "transferjob.dev/v1alpha1", "kind": "TransferJob", "metadata": metadata, "spec": spec}

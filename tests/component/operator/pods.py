"""Plays the pods of one namespace: what a kubelet would report, said by the test at the moment that it chooses."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx

from tests.cluster.api import Api, ApiError, Object, condition, poll
from tests.cluster.node.addresses import claim_node_address
from tests.cluster.node.clock import micro_now
from tests.cluster.node.registration import lease_object
from tests.cluster.resources import Resource, nodes, pods
from transferjob_trainer.contract import Artifact, PublishedResult, Termination
from transferjob_trainer.contract.progress import ENDPOINT_PORT

_LEASES = Resource("coordination.k8s.io/v1", "leases", "kube-node-lease")
_BEAT_SECONDS = 10
_BOUND_SECONDS = 60.0
GPU = "tests.transferjob.dev/played"
NOWHERE = {"gpus": 1, "gpuResource": "tests.transferjob.dev/nowhere", "cpu": "100m", "memory": "64Mi"}
"""Resources of a job that no node takes."""
DIGEST = "d" * 64
MODEL_URI = f"s3://models/flowers/{DIGEST}"
DONE = Termination(
    reason="Succeeded",
    message="the model is published",
    result=PublishedResult(model_uri=MODEL_URI, digest=DIGEST, best_epoch=3),
    metrics={"accuracy": 0.91},
    artifacts=(Artifact(format="Keras", path="model.keras", sha256=DIGEST, bytes=12),),
)


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def playing(api: Api, namespace: str) -> Iterator["PodPlayer"]:
    """A player with an address of its own."""
    with closing(claim_node_address()) as claimed, PodPlayer(api, namespace, claimed.getsockname()[0]) as player:
        yield player


class PodPlayer:
    """Answers for a node that exists as an object alone; the scheduler gives it the pods that ask for its resource."""

    def __init__(self, api: Api, namespace: str, address: str) -> None:
        self._api, self.namespace, self.address = api, namespace, address
        self.node = f"played-{namespace}"
        self._ended, self._beating = threading.Event(), threading.Thread(target=self._beat, name="heartbeat")

    def __enter__(self) -> Self:
        self._api.create(nodes(), {"apiVersion": "v1", "kind": "Node", "metadata": {"name": self.node}})
        capacity = {"cpu": "64", "memory": "256Gi", "pods": "100", GPU: "64"}
        ready = {
            "type": "Ready",
            "status": "True",
            "reason": "Played",
            "message": "played by a test",
            "lastHeartbeatTime": now(),
            "lastTransitionTime": now(),
        }
        status = {"capacity": capacity, "allocatable": capacity, "conditions": [ready]}
        self._api.patch(Resource("v1", "nodes", None, self.node, "status"), {"status": status})
        node = self._api.wait_for(nodes(self.node), lambda node: not node["spec"].get("taints"))
        self._api.create(_LEASES, lease_object(node))
        self._beating.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._beating.join()
        self._api.delete(nodes(self.node))

    def _beat(self) -> None:
        """Until the end. A node that is silent for 50 s is given up, with its pods, in mid-test."""
        while not self._ended.wait(_BEAT_SECONDS):
            with suppress(ApiError, httpx.HTTPError):  # a test may have taken the server away
                self._api.patch(_LEASES.named(self.node), {"spec": {"renewTime": micro_now()}})

    def bound(self, job: str, *, deadline: float = _BOUND_SECONDS) -> str:
        """Name of the job's pod that has a node and has not ended."""
        try:
            found = poll(lambda: self._living(job), lambda names: len(names) == 1, deadline, f"one bound pod of {job}")
        except TimeoutError as error:
            raise TimeoutError(f"{error}; all its pods: {self._pods(job)}") from error
        return found[0]

    def run(self, job: str, *, deadline: float = _BOUND_SECONDS) -> str:
        """The job's pod starts, once it has a node; returns its name."""
        name = self.bound(job, deadline=deadline)
        self.start(name)
        return name

    def start(self, name: str) -> None:
        """The trainer of this pod starts."""
        self._report(name, "Running", {"running": {"startedAt": now()}}, started=True)

    def end(self, name: str, exit_code: int, message: str = "", reason: str = "", *, seconds_ago: float = 0.0) -> None:
        """The pod's trainer ends with its last words; long ago, the Job controller's pause after a failure is over."""
        ended_at = (datetime.now(UTC) - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
        ended = {
            "exitCode": exit_code,
            "reason": reason or ("Completed" if exit_code == 0 else "Error"),
            "message": message,
            "startedAt": ended_at,
            "finishedAt": ended_at,
        }
        self._report(name, "Failed" if exit_code else "Succeeded", {"terminated": ended}, started=False)

    def let_go(self, name: str) -> None:
        """A pod that was deleted ends by its signal, as the kubelet reports it, and is gone."""
        where = pods(self.namespace, name)
        pod = poll(
            lambda: self._api.find(where),
            lambda found: found is None or "deletionTimestamp" in found["metadata"],
            20,
            f"the end of pod {name}",
        )
        if pod is not None:
            self.end(name, 143)
            self._api.delete(where, grace_seconds=0)
            self._api.wait_gone(where)

    def uid(self, name: str) -> str:
        """UID of a pod."""
        return str(self._api.get(pods(self.namespace, name))["metadata"]["uid"])

    def _living(self, job: str) -> list[str]:
        return [
            pod["metadata"]["name"]
            for pod in self._pods(job)
            if pod["spec"].get("nodeName")
            and pod["status"]["phase"] in ("Pending", "Running")
            and not pod["metadata"].get("deletionTimestamp")
        ]

    def _pods(self, job: str) -> list[Object]:
        return self._api.list(pods(self.namespace), labelSelector=f"batch.kubernetes.io/job-name={job}")

    def _report(self, name: str, phase: str, state: Object, *, started: bool) -> None:
        pod = self._api.get(pods(self.namespace, name))
        images = {container["name"]: container["image"] for container in pod["spec"]["containers"]}
        statuses = [
            {
                "name": container,
                "image": image,
                "imageID": "",
                "restartCount": 0,
                "ready": started,
                "started": started,
                "state": state,
            }
            for container, image in images.items()
        ]
        status = {
            "phase": phase,
            "podIP": self.address,
            "podIPs": [{"ip": self.address}],
            "startTime": pod["status"].get("startTime") or now(),
            "containerStatuses": statuses,
        }
        self._api.patch(Resource("v1", "pods", self.namespace, name, "status"), {"status": status})


class ProgressEndpoint:
    """Serves progress documents on a pod's address, as the trainer does."""

    def __init__(self, address: str, pod_uid: str) -> None:
        self.document: dict[str, Any] = {"podUID": pod_uid, "stage": "Training", "updatedTime": time.time()}
        self.requests: list[float] = []
        self._server = http.server.ThreadingHTTPServer((address, ENDPOINT_PORT), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def say(self, **fields: Any) -> None:
        """Changes the document."""
        self.document = {**self.document, **fields, "updatedTime": time.time()}

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                endpoint.requests.append(time.monotonic())
                body = json.dumps(endpoint.document).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                return

        return Handler


class Jobs:
    """TransferJobs of one namespace."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api, self.namespace = api, namespace

    def at(self, name: str | None = None) -> Resource:
        """Where a TransferJob lives."""
        return Resource("transferjob.dev/v1alpha1", "transferjobs", self.namespace, name)

    def manifest(self, name: str, **spec: Any) -> Object:
        """A small manifest; keyword arguments replace parts of its spec."""
        return {
            "apiVersion": "transferjob.dev/v1alpha1",
            "kind": "TransferJob",
            "metadata": {"name": name},
            "spec": {
                "backbone": {"name": "ResNet50", "weights": "none"},
                "freeze": {"layers": 100},
                "dataset": {"uri": "sklearn://digits"},
                "output": {"uri": "s3://models/flowers"},
                "resources": {"gpus": 1, "gpuResource": GPU, "cpu": "100m", "memory": "64Mi"},
                **spec,
            },
        }

    def create(self, name: str, **spec: Any) -> Object:
        """Applies a TransferJob."""
        return self._api.create(self.at(), self.manifest(name, **spec))

    def get(self, name: str) -> Object:
        """The TransferJob as it is."""
        return self._api.get(self.at(name))

    def all(self) -> list[Object]:
        """The TransferJobs that there are."""
        return self._api.list(self.at())

    def delete(self, name: str) -> None:
        """Deletes a TransferJob."""
        self._api.delete(self.at(name))

    def wait(self, name: str, predicate: Callable[[Object], bool], deadline: float = 20.0) -> Object:
        """The TransferJob once the predicate holds for it."""
        return self._api.wait_for(self.at(name), predicate, deadline)

    def wait_phase(self, name: str, phase: str, deadline: float = 20.0) -> Object:
        """The status once it has this phase."""
        job = self.wait(name, lambda found: found.get("status", {}).get("phase") == phase, deadline)
        status: Object = job["status"]
        return status

    def suspend(self, name: str, suspend: bool) -> None:
        """Sets spec.run.suspend."""
        self._api.patch(self.at(name), {"spec": {"run": {"suspend": suspend}}})

    @staticmethod
    def says(job: Object, kind: str) -> str | None:
        """Status of a condition."""
        return condition(job, kind)

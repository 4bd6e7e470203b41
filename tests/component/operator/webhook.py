"""An admission webhook that answers: it takes its time, and it may put containers into pods."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.cluster.api import Object
from tests.cluster.certificates import CertificateAuthority
from tests.cluster.controlplane import ControlPlane
from tests.cluster.ports import LOOPBACK
from tests.cluster.resources import Resource

INJECT_LABEL = "tests.transferjob.dev/inject"
LONGEST_SECONDS = 30


class Webhook:
    """Allows everything that is made of one resource in one namespace.

    Args:
        cluster: the control plane.
        namespace: where it is asked.
        folder: for its certificates.
        group: of the resource; empty for pods.
        plural: the resource.
        delay_seconds: it takes so long for each answer.
        containers: by value of the label `INJECT_LABEL`, a field of a pod's spec and what is appended to it.
    """

    def __init__(
        self,
        cluster: ControlPlane,
        namespace: str,
        folder: Path,
        *,
        group: str = "",
        plural: str = "pods",
        delay_seconds: float = 0.0,
        containers: Mapping[str, tuple[str, Object]] | None = None,
    ) -> None:
        self._api, self._namespace, self._resource = cluster.api, namespace, (group, plural)
        self._authority = CertificateAuthority(folder)
        self._delay, self._containers = delay_seconds, containers or {}
        self._over = threading.Event()
        self.asked = 0
        """Answers given so far."""
        self._where = Resource("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", None)

    def __enter__(self) -> Self:
        pair = self._authority.server("webhook", [LOOPBACK])
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(pair.certificate, pair.key)
        self._server = ThreadingHTTPServer((LOOPBACK, 0), self._handler())
        self._server.daemon_threads = True
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._api.create(self._where, self._configuration())
        return self

    def __exit__(self, *_: object) -> None:
        self._api.delete(self._where.named(self._namespace))
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _configuration(self) -> Object:
        group, plural = self._resource
        url = f"https://{LOOPBACK}:{self._server.server_port}/"
        rule = {"apiGroups": [group], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": [plural]}
        webhook = {
            "name": "adds.test.example",
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "failurePolicy": "Fail",
            "timeoutSeconds": LONGEST_SECONDS,
            "clientConfig": {"url": url, "caBundle": base64.b64encode(self._authority.pem).decode()},
            "rules": [rule],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": self._namespace}},
        }
        return {"metadata": {"name": self._namespace}, "webhooks": [webhook]}

    def _answer(self, request: Object) -> Object:
        self._over.wait(self._delay)
        self.asked += 1
        response: Object = {"uid": request["uid"], "allowed": True}
        wanted = str((request["object"]["metadata"].get("labels") or {}).get(INJECT_LABEL))
        if wanted in self._containers:
            patch = _addition(request["object"]["spec"], *self._containers[wanted])
            response |= {"patchType": "JSONPatch", "patch": base64.b64encode(json.dumps(patch).encode()).decode()}
        return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                review: Any = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(webhook._answer(review["request"])).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                return

        return Handler


def _addition(spec: Object, field: str, container: Object) -> list[Object]:
    path = f"/spec/{field}"
    if field in spec:
        return [{"op": "add", "path": f"{path}/-", "value": container}]
    return [{"op": "add", "path": path, "value": [container]}]

"""A real control plane on loopback: etcd, kube-apiserver, controller-manager and scheduler as child processes.

    with ControlPlane() as cluster:
        cluster.api.create(jobs("default"), {...})

`python -m tests.cluster.controlplane` runs one until Ctrl-C.
"""

import json
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from tests.cluster import components, kubeconfig
from tests.cluster.api import Api, ApiError
from tests.cluster.audit import POLICY, AuditLog
from tests.cluster.certificates import CertificateAuthority, file_name
from tests.cluster.ports import LOOPBACK, free_ports
from tests.cluster.processes import ChildProcess, StartedInBlock
from tests.cluster.resources import Resource
from tests.cluster.statedir import StateDir
from tests.cluster.toolchain import Command

_SERVER_NAMES = (
    LOOPBACK,
    components.API_SERVICE,
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
)
_ADMIN = "kubernetes-admin"
_START_SECONDS = 90.0
_APISERVER_GRACE_SECONDS = 10.0
_POLL_SECONDS = 0.05
_TOKEN_SECONDS = 24 * 3600

ETCD, APISERVER = "etcd", "kube-apiserver"
CONTROLLER_MANAGER, SCHEDULER = "kube-controller-manager", "kube-scheduler"


class ClusterError(Exception):
    """A part of the control plane did not come up, or died; the message ends with its last log lines."""


class ControlPlane(StartedInBlock):
    """Starts and stops one control plane; its state lives in a temporary folder and goes with it."""

    def __init__(
        self,
        *,
        controllers: bool = True,
        job_controller: bool = True,
        scheduler: bool = True,
        extra_flags: Mapping[str, Sequence[str]] | None = None,
        start_deadline: float = _START_SECONDS,
        address: str = LOOPBACK,
    ) -> None:
        """Prepares; `start()` or `with` starts.

        Without `controllers` there is no controller-manager at all: nothing finalises namespaces, makes default service
        accounts or collects garbage. `job_controller=False` switches that one off. `extra_flags` are appended by
        component name, as in `{"kube-controller-manager": ["--node-monitor-grace-period=20s"]}`. `start_deadline` is in
        seconds for each part; building the programs does not count. `address` is where the API server listens, for
        nodes that are elsewhere.
        """
        self._controllers, self._job_controller, self._scheduler = controllers, job_controller, scheduler
        self._extra_flags = dict(extra_flags or {})
        self._start_deadline = start_deadline
        self._address = address
        self._children: dict[str, ChildProcess] = {}
        self._state: StateDir | None = None

    def start(self) -> None:
        """Starts all parts and returns when they are ready.

        Raises ClusterError when one dies or is not ready in time, and then leaves nothing running.
        """
        try:
            self._prepare()
            self._launch(ETCD, components.etcd(self.layout))
            self.start_apiserver()
            self._start_clients()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Kills all parts at once, since their state is thrown away, and removes the state; may be called twice."""
        for child in reversed(list(self._children.values())):
            child.stop()
        self._children.clear()
        if self._state is not None:
            self.api.close()
            self._state.remove()
            self._state = None

    @property
    def folder(self) -> Path:
        """The state folder: certificates, kubeconfigs, logs, the database."""
        if self._state is None:
            raise ClusterError("the control plane is not started")
        return self._state.path

    @property
    def url(self) -> str:
        """The API server's URL."""
        return self.layout.url

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each part that was started."""
        return {name: child.pid for name, child in self._children.items()}

    def log(self, name: str) -> Path:
        """The log file of a part."""
        return self.folder / f"{name}.log"

    def kubeconfig_for(self, user: str, groups: Sequence[str] = ()) -> Path:
        """A kubeconfig with a new client certificate for `user` in `groups`; what they may do is up to RBAC."""
        return self._write_kubeconfig(user, kubeconfig.certificate_user(self.ca.client(user, groups)))

    def service_account_kubeconfig(self, namespace: str, name: str) -> Path:
        """A kubeconfig with a token of a service account that exists. Raises ApiError when it does not."""
        token = self._account_token(namespace, name)
        return self._write_kubeconfig(f"system:serviceaccount:{namespace}:{name}", {"token": token}, namespace)

    def api_for(self, user: str, groups: Sequence[str] = ()) -> Api:
        """A client with a new certificate for `user` in `groups`; the caller closes it."""
        return Api(self.url, self.ca.path, client=self.ca.client(user, groups))

    def service_account_api(self, namespace: str, name: str) -> Api:
        """A client with a token of a service account that exists; the caller closes it."""
        return Api(self.url, self.ca.path, token=self._account_token(namespace, name))

    def pause_apiserver(self) -> None:
        """Freezes the API server: connections stay open and nothing answers."""
        self._children[APISERVER].pause()

    def resume_apiserver(self) -> None:
        """Lets a paused API server go on."""
        self._children[APISERVER].signal(signal.SIGCONT)

    def stop_apiserver(self, *, graceful: bool = True) -> None:
        """Ends the API server, so that its port refuses connections; `graceful=False` kills it."""
        self._children.pop(APISERVER).stop(_APISERVER_GRACE_SECONDS if graceful else 0)

    def start_apiserver(self) -> None:
        """Starts the API server, with the port and database it had, and waits until it is ready."""
        self._launch(APISERVER, components.apiserver(self.layout))
        self._await(APISERVER, self.api, "/readyz")

    def restart_apiserver(self, *, graceful: bool = True) -> None:
        """Stops the API server and starts it again."""
        self.stop_apiserver(graceful=graceful)
        self.start_apiserver()

    def check(self) -> None:
        """Raises ClusterError when a part has died."""
        for child in self._children.values():
            if not child.running:
                raise ClusterError(f"{child.name} ended with exit code {child.exit_code}:\n{child.log_tail()}")

    def _prepare(self) -> None:
        self._state = StateDir("cluster")
        self.ca = CertificateAuthority(self.folder / "certificates")
        self.audit = AuditLog(self.folder / "audit.log")
        self.audit_log = self.audit.path
        self.layout = self._make_layout()
        admin = self.ca.client(_ADMIN, ["system:masters"])
        self.api = Api(self.url, self.ca.path, client=admin)
        self.kubeconfig = self._write_kubeconfig(_ADMIN, kubeconfig.certificate_user(admin))
        self._admin = admin

    def _make_layout(self) -> components.Layout:
        policy = self.folder / "audit-policy.json"
        policy.write_text(json.dumps(POLICY))
        return components.Layout(
            folder=self.folder,
            ports=components.Ports(*free_ports(5)),
            authority=self.ca.path,
            serving=self.ca.server("server", sorted({*_SERVER_NAMES, self._address})),
            kubelet_client=self.ca.client("kube-apiserver-kubelet-client", ["system:masters"]),
            account_signing=self.ca.signing_key("service-accounts"),
            audit_policy=policy,
            audit_log=self.audit_log,
            address=self._address,
        )

    def _start_clients(self) -> None:
        """Both at once, since each takes seconds of its own."""
        ports: dict[str, int] = {}
        if self._controllers:
            config = self.kubeconfig_for("system:kube-controller-manager")
            command = components.controller_manager(self.layout, config, job_controller=self._job_controller)
            self._launch(CONTROLLER_MANAGER, command)
            ports[CONTROLLER_MANAGER] = self.layout.ports.controller_manager
        if self._scheduler:
            self._launch(SCHEDULER, components.scheduler(self.layout, self.kubeconfig_for("system:kube-scheduler")))
            ports[SCHEDULER] = self.layout.ports.scheduler
        for name, port in ports.items():
            with Api(f"https://{LOOPBACK}:{port}", self.ca.path, client=self._admin) as api:
                self._await(name, api, "/healthz")

    def _launch(self, name: str, command: Command) -> None:
        flags = self._extra_flags.get(name, ())
        self._children[name] = ChildProcess(name, [*command, *flags], self.log(name))

    def _await(self, name: str, api: Api, path: str) -> None:
        end = time.monotonic() + self._start_deadline
        while not _answers(api, path):
            self.check()
            if time.monotonic() >= end:
                tail = self._children[name].log_tail()
                raise ClusterError(f"{name} is not ready after {self._start_deadline:g} s:\n{tail}")
            time.sleep(_POLL_SECONDS)

    def _account_token(self, namespace: str, name: str) -> str:
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
        body = {**request, "spec": {"expirationSeconds": _TOKEN_SECONDS}}
        answer = self.api.create(Resource("v1", "serviceaccounts", namespace, name, "token"), body)
        return str(answer["status"]["token"])

    def _write_kubeconfig(self, user: str, credentials: dict[str, str], namespace: str = "default") -> Path:
        path = self.folder / "kubeconfigs" / f"{file_name(user)}.yaml"
        return kubeconfig.write(path, self.url, self.ca.pem, credentials, namespace)


def _answers(api: Api, path: str) -> bool:
    try:
        return api.text(path) == "ok"
    except (ApiError, httpx.TransportError):
        return False


def main() -> int:
    """Runs a control plane until Ctrl-C or SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with ControlPlane() as cluster:
        print(f"export KUBECONFIG={cluster.kubeconfig}", flush=True)
        ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())

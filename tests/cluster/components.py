"""The command line of each part of the control plane."""

from dataclasses import dataclass
from pathlib import Path

from tests.cluster import toolchain
from tests.cluster.certificates import KeyPair
from tests.cluster.ports import LOOPBACK

SERVICE_CIDR = "10.96.0.0/16"
API_SERVICE = "10.96.0.1"
"""Address of the Service `kubernetes`, by which pods reach the API server."""
ISSUER = "https://kubernetes.default.svc.cluster.local"

# The stock client limits (20 requests a second, 5 Job syncs at once) would cap whatever is measured against them.
_UNLIMITED_CLIENT = ("--kube-api-qps=2000", "--kube-api-burst=4000")
_CONCURRENT_JOB_SYNCS = 20
_ETCD_QUOTA_BYTES = 8 << 30


@dataclass(frozen=True)
class Ports:
    """The TCP ports on loopback."""

    etcd: int
    etcd_peer: int
    apiserver: int
    controller_manager: int
    scheduler: int


@dataclass(frozen=True)
class Layout:
    """Everything that the parts must agree on."""

    folder: Path
    ports: Ports
    authority: Path
    serving: KeyPair
    kubelet_client: KeyPair
    account_signing: KeyPair
    audit_policy: Path
    audit_log: Path
    address: str = LOOPBACK
    """Where the API server listens; nodes that run pods reach loopback addresses of their own alone."""

    @property
    def url(self) -> str:
        """The API server's URL."""
        return f"https://{self.address}:{self.ports.apiserver}"


def etcd(layout: Layout) -> toolchain.Command:
    """One member, without fsync: its data has to outlive a process, not the machine."""
    client = f"http://{LOOPBACK}:{layout.ports.etcd}"
    return [
        *toolchain.component("etcd"),
        f"--data-dir={layout.folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls=http://{LOOPBACK}:{layout.ports.etcd_peer}",
        "--unsafe-no-fsync",
        f"--quota-backend-bytes={_ETCD_QUOTA_BYTES}",
        "--log-level=warn",
    ]


def apiserver(layout: Layout) -> toolchain.Command:
    """Authorisation and admission as in an ordinary cluster, every write in the audit log."""
    return [
        *toolchain.component("kube-apiserver"),
        f"--etcd-servers=http://{LOOPBACK}:{layout.ports.etcd}",
        f"--bind-address={layout.address}",
        f"--advertise-address={layout.address}",
        # EndpointSlices refuse loopback addresses, so the `kubernetes` Service has to do without any.
        *(["--endpoint-reconciler-type=none"] if layout.address == LOOPBACK else []),
        *_serving(layout, layout.ports.apiserver),
        f"--client-ca-file={layout.authority}",
        f"--service-cluster-ip-range={SERVICE_CIDR}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        f"--service-account-issuer={ISSUER}",
        f"--service-account-key-file={layout.account_signing.certificate}",
        f"--service-account-signing-key-file={layout.account_signing.key}",
        f"--kubelet-certificate-authority={layout.authority}",
        f"--kubelet-client-certificate={layout.kubelet_client.certificate}",
        f"--kubelet-client-key={layout.kubelet_client.key}",
        "--kubelet-preferred-address-types=InternalIP",
        f"--audit-policy-file={layout.audit_policy}",
        f"--audit-log-path={layout.audit_log}",
        "--audit-log-format=json",
        # Written before the answer goes out, and never rotated away (the size is in MB).
        "--audit-log-mode=blocking-strict",
        "--audit-log-maxsize=100000",
    ]


def controller_manager(layout: Layout, kubeconfig: Path, *, job_controller: bool) -> toolchain.Command:
    """All controllers, each under its own service account, so that the audit log tells them apart."""
    return [
        *toolchain.component("kube-controller-manager"),
        *_client(kubeconfig),
        f"--bind-address={LOOPBACK}",
        *_serving(layout, layout.ports.controller_manager),
        "--use-service-account-credentials=true",
        f"--service-account-private-key-file={layout.account_signing.key}",
        f"--root-ca-file={layout.authority}",
        "--controllers=" + ("*" if job_controller else "*,-job-controller"),
        f"--concurrent-job-syncs={_CONCURRENT_JOB_SYNCS}",
    ]


def scheduler(layout: Layout, kubeconfig: Path) -> toolchain.Command:
    """The default scheduler."""
    return [
        *toolchain.component("kube-scheduler"),
        *_client(kubeconfig),
        f"--bind-address={LOOPBACK}",
        *_serving(layout, layout.ports.scheduler),
    ]


def _serving(layout: Layout, port: int) -> list[str]:
    serving = layout.serving
    return [
        f"--secure-port={port}",
        f"--tls-cert-file={serving.certificate}",
        f"--tls-private-key-file={serving.key}",
    ]


def _client(kubeconfig: Path) -> list[str]:
    names = ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
    return [*(f"--{name}={kubeconfig}" for name in names), "--leader-elect=false", *_UNLIMITED_CLIENT]

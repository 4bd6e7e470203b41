"""What the operator is told by flags and environment, as one frozen model."""

from __future__ import annotations

import argparse
import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from transferjob_trainer.contract.build import describe
from transferjob_trainer.contract.uri import MIRROR_SCHEMES, parse_uri

from .core.policies.allowed import Allowed
from .errors import SettingsError

ENVIRONMENT_PREFIX = "TRANSFERJOB_"
TOLD_PACKAGES = ("kubernetes", "pydantic", "orjson", "urllib3", "prometheus-client", "pyyaml")
"""Those that `--version` names."""
_NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


def _own_namespace() -> str:
    try:
        return _NAMESPACE_FILE.read_text().strip()
    except OSError:
        return "default"


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""A list, as a flag with commas between its entries."""


def _mirror(text: str) -> str:
    if text:
        parse_uri(text, MIRROR_SCHEMES)
    return text


class Settings(BaseModel):
    """Settings of one operator process. Each is a flag `--like-this` and a variable `TRANSFERJOB_LIKE_THIS`."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kubeconfig: str | None = None
    """Kubeconfig file; otherwise KUBECONFIG, then the pod's service account, then ~/.kube/config."""
    context: str | None = None
    """Context of the kubeconfig."""
    namespaces: Names = ()
    """Namespaces to work in, separated by commas; empty means all."""
    trainer_image: str = Field(default="transferjob-trainer:latest", min_length=1)
    """Image of the trainer, where a job names none."""
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    """Pull policy of the trainer image."""
    keep_log_tail: bool = True
    """Keep the last lines of a failed attempt's log in the job's status."""
    node_lost_seconds: int = Field(default=300, ge=0, le=86400)
    """Seconds after which a pod on a node that is not heard of is given up and started elsewhere; 0 turns it off."""
    unreachable_toleration_seconds: int | None = Field(default=None, ge=0, le=86400)
    """Seconds for which a pod stays on a node in trouble; by default a minute more than node_lost_seconds."""
    profiles: Path | None = None
    """File of profiles, YAML or JSON: names and their defaults of resources, run and pod; read when it changes."""
    allowed_images: Names = ()
    """Beginnings that spec.pod.image must have, separated by commas; empty allows all, the default image always may."""
    allowed_uris: Names = ()
    """Beginnings that every URI of a spec must have, separated by commas; empty allows all."""
    allowed_service_accounts: Names = ()
    """Names that spec.pod.serviceAccountName may have, separated by commas; empty allows all."""
    allowed_priority_classes: Names = ()
    """Names that spec.pod.priorityClassName may have, separated by commas; empty allows all."""
    imagenet_mirror: Annotated[str, AfterValidator(_mirror)] = ""
    """Folder with the files of Keras' ImageNet weights (s3://, gs://, https:// or pvc://); empty: trainers ask
    the Internet. A claim must be there in each namespace that has such jobs."""
    workers: int = Field(default=8, ge=1, le=128)
    """Passes that may run at a time."""
    request_timeout_seconds: float = Field(default=30.0, ge=1, le=60)
    """Longest silence of the API server within a request; a write that got no answer is made again, which is safe."""
    watch_idle_seconds: float = Field(default=70.0, ge=1, le=600)
    """A watch that says nothing for longer is opened again; the API server says something once a minute."""
    resync_seconds: float = Field(default=1800.0, ge=1, le=86400)
    """Seconds between two whole comparisons with the API server, which repair what a watch has missed."""
    leader_election: bool = True
    """Work only while holding the Lease; off for a single process."""
    lease_namespace: str = Field(default_factory=_own_namespace)
    """Namespace of the Lease."""
    lease_name: str = "transferjob-operator"
    """Name of the Lease."""
    identity: str = Field(default_factory=lambda: f"{os.environ.get('POD_NAME') or socket.gethostname()}_{os.getpid()}")
    """Name of this process in the Lease and in Events."""
    health_address: str = "0.0.0.0"  # noqa: S104  probes and Prometheus come from outside the pod
    """Address of /metrics, /healthz and /readyz."""
    health_port: int = Field(default=8081, ge=0, le=65535)
    """Port of /metrics, /healthz and /readyz; 0 takes a free one and logs it."""
    job_metrics: bool = True
    """Show each TransferJob that is not over by name in /metrics; off where thousands run at a time."""
    log_format: Literal["json", "console"] = "json"
    """Form of the log lines."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Lowest level that is logged."""

    @property
    def allowed(self) -> Allowed:
        """What jobs may name."""
        return Allowed(
            (*self.allowed_images, self.trainer_image) if self.allowed_images else (),
            self.allowed_uris,
            self.allowed_service_accounts,
            self.allowed_priority_classes,
        )


def read_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """The settings from flags, then from environment variables, then defaults.

    Raises:
        SettingsError: a value cannot be used; names the flag, the value and the limit.
        SystemExit: `--help` or `--version` was asked for, or a flag is unknown.
    """
    flags = vars(_parser().parse_args(arguments))
    values = {name: environment[_variable(name)] for name in Settings.model_fields if _variable(name) in environment}
    values |= {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("; ".join(_sentence(entry) for entry in error.errors())) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("transferjob-operator", description="Runs TransferJobs on a Kubernetes cluster.")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the versions of this build")
    for name, field in Settings.model_fields.items():
        text = f"{field.description} [{_variable(name)}]".replace("%", "%%")
        parser.add_argument(_flag(name), metavar="VALUE", help=text)
    return parser


class _Version(argparse.Action):
    """Prints at once and ends; argparse's own would fold the lines into one."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(describe(TOLD_PACKAGES))
        parser.exit()


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _variable(name: str) -> str:
    return ENVIRONMENT_PREFIX + name.upper()


def _sentence(entry: Any) -> str:
    return f"{_flag(str(entry['loc'][0]))}: {entry['msg']}, not {entry['input']!r}"

"""Who is measured: our operator, and Kubeflow Trainer's controllers in two settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from bench.operator.manifests import KINDS, RUNTIME
from bench.operator.peerprogram import module_folder, peer_process
from bench.operator.world import OPERATOR_USER, World
from tests.cluster.api import condition, poll
from tests.cluster.resources import Resource
from transferjob_operator.core.naming import child_name

_TRAINER, _JOBSET = "github.com/kubeflow/trainer/v2", "sigs.k8s.io/jobset"
_PEER_USER = "peer"
_ESTABLISHED_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Contender:
    """One that makes a child for each job.

    Attributes:
        kind: of the jobs, a key of `manifests.KINDS`.
        child: plural name of the children.
        child_name: name of the child by name of the job.
        user: in the audit log.
        prepare: installs what it needs in a world.
        run: runs it in a world that is prepared, and yields its process id once it works.
    """

    kind: str
    child: str
    child_name: Callable[[str], str]
    user: str
    prepare: Callable[[World], None]
    run: Callable[[World], AbstractContextManager[int]]

    @property
    def plural(self) -> str:
        """Plural name of the jobs."""
        return KINDS[self.kind].plural


@contextmanager
def _operator(place: World) -> Iterator[int]:
    with place.operator() as operator:
        operator.wait_leading()
        yield operator.child.pid


def _peer(*arguments: str) -> Callable[[World], AbstractContextManager[int]]:
    @contextmanager
    def run(place: World) -> Iterator[int]:
        kubeconfig = place.cluster.kubeconfig_for(_PEER_USER, ["system:masters"])
        with peer_process(kubeconfig, place.cluster.folder / "peer.log", list(arguments)) as process:
            yield process.pid

    return run


def _install_peer(place: World) -> None:
    """The resources from the modules' own manifests, and the smallest runtime that a TrainJob can name."""
    folders = (
        module_folder(_TRAINER) / "manifests/base/crds",
        module_folder(_JOBSET) / "config/components/crd/bases",
    )
    for folder in folders:
        for path in sorted(folder.glob("*_*.yaml")):
            place.cluster.api.apply_file(path)
    for name in ("trainjobs.trainer.kubeflow.org", "jobsets.jobset.x-k8s.io"):
        _wait_established(place, name)
    place.cluster.api.apply(RUNTIME)


def _wait_established(place: World, name: str) -> None:
    definition = Resource("apiextensions.k8s.io/v1", "customresourcedefinitions", None, name)

    def established(found: Mapping[str, Any]) -> bool:
        return condition(dict(found), "Established") == "True"

    poll(lambda: place.cluster.api.get(definition), established, _ESTABLISHED_SECONDS, f"{name} is established")


def _nothing(_place: World) -> None:
    """The world has our resource already."""


def _same(name: str) -> str:
    return name


OURS = Contender("TransferJob", "jobs", child_name, OPERATOR_USER, _nothing, _operator)
PEER_DEFAULT = Contender("TrainJob", "jobsets", _same, _PEER_USER, _install_peer, _peer())
PEER_BEST = Contender("TrainJob", "jobsets", _same, _PEER_USER, _install_peer, _peer("--workers=10", "--qps=-1"))

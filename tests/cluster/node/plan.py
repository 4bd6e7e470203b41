"""From a pod's container to the plan of its sandbox: files, mounts and limits."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster.node.container import REPOSITORY, Plan
from tests.cluster.node.context import NodeContext
from tests.cluster.node.environment import expand
from tests.cluster.node.fields import PodFacts, quantity
from tests.cluster.node.mounts import Mount
from tests.cluster.node.objects import NotYet
from tests.cluster.node.volumes import Volume

Json = dict[str, Any]
TERMINATION_LOG = "/dev/termination-log"


@dataclass(frozen=True)
class ContainerFiles:
    """The files of one container of one pod on the node."""

    folder: Path

    @property
    def termination(self) -> Path:
        """What it writes to its terminationMessagePath."""
        return self.folder / "termination-log"

    @property
    def scratch(self) -> Path:
        """Mount point of its root, empty for everyone outside its namespace."""
        return self.folder / "root"

    def log(self, attempt: int) -> Path:
        """The log of one attempt."""
        return self.folder / f"{attempt}.log"

    def renew(self, attempt: int) -> None:
        """Makes the folder ready for an attempt; only the log of the one before is kept."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.termination.write_bytes(b"")
        self.termination.chmod(0o666)
        self.log(attempt - 2).unlink(missing_ok=True)


def container_files(node: NodeContext, uid: str, name: str) -> ContainerFiles:
    """The files of a container."""
    return ContainerFiles(node.pod_folder(uid) / "containers" / name)


def write_identity(folder: Path, facts: PodFacts) -> None:
    """Writes a pod's /etc/hosts and /etc/hostname."""
    name = facts.pod["metadata"]["name"]
    lines = ["# Kubernetes-managed hosts file.", "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback"]
    lines.append(f"{facts.pod_ip}\t{name}")
    for alias in facts.pod["spec"].get("hostAliases") or []:
        lines.append("\t".join([alias["ip"], *alias.get("hostnames", [])]))
    (folder / "hosts").write_text("\n".join(lines) + "\n")
    (folder / "hostname").write_text(f"{name}\n")


def make_plan(
    node: NodeContext,
    pod: Json,
    container: Json,
    volumes: dict[str, Volume],
    argv: list[str],
    env: dict[str, str],
    attempt: int,
) -> Plan:
    """The plan of one attempt of a container.

    Args:
        node: the node.
        pod: the pod's object.
        container: the container of its spec.
        volumes: the pod's volumes, prepared.
        argv: command and arguments, expanded.
        env: its whole environment.
        attempt: 0 for the first, one more at each restart.

    Raises:
        NotYet: a subPath leads out of its volume.
    """
    folder = node.pod_folder(pod["metadata"]["uid"])
    files = container_files(node, pod["metadata"]["uid"], container["name"])
    files.renew(attempt)
    mounts = [Mount("/etc/hosts", str(folder / "hosts")), Mount("/etc/hostname", str(folder / "hostname"))]
    mounts += [_volume_mount(entry, volumes[entry["name"]], env) for entry in container.get("volumeMounts") or []]
    mounts += _uncovered([mount.target for mount in mounts])
    mounts.append(Mount(container.get("terminationMessagePath") or TERMINATION_LOG, str(files.termination)))
    return Plan(
        argv=argv,
        env=env,
        cwd=container.get("workingDir") or "/",
        hostname=pod["metadata"]["name"][:63],
        mounts=mounts,
        hidden=[str(node.root), str(node.claims)],
        read_only_root=bool((container.get("securityContext") or {}).get("readOnlyRootFilesystem")),
        scratch=str(files.scratch),
        log=str(files.log(attempt)),
    )


def _uncovered(targets: list[str]) -> list[Mount]:
    """What an image would hold, the checkout and its Python, stays visible where a volume covers its place (/tmp)."""
    places = (REPOSITORY, Path(sys.base_prefix))
    covered = [place for place in places if any(place.is_relative_to(target) for target in targets)]
    return [Mount(str(place), str(place), read_only=True) for place in covered]


def memory_limit(container: Json) -> int:
    """A container's memory limit in bytes; 0 for none."""
    limit = ((container.get("resources") or {}).get("limits") or {}).get("memory")
    return int(quantity(str(limit))) if limit else 0


def _volume_mount(entry: Json, volume: Volume, env: dict[str, str]) -> Mount:
    read_only = volume.read_only or entry.get("readOnly", False)
    if volume.path is None:
        return Mount(entry["mountPath"], None, volume.size_bytes, read_only)
    below = entry.get("subPath") or expand(entry.get("subPathExpr") or "", env)
    source = (volume.path / below).resolve()
    if not source.is_relative_to(volume.path.resolve()):
        raise NotYet(f"subPath {below!r} of volume {entry['name']!r} leads out of the volume", entry["name"])
    if not source.exists():
        source.mkdir(parents=True)
    return Mount(entry["mountPath"], str(source), read_only=read_only)

"""The programs of the test cluster, built from Go modules once and then kept in the user's cache folder.

`python -m tests.cluster.toolchain` builds those of `make test`, with names only those.
"""

import hashlib
import os
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.cluster.cache import cached
from tests.cluster.golang import SOURCES, Go, go_for
from tests.cluster.progress import StepError, duration, run_step, say

KUBERNETES_VERSION = "v1.34.4"
NEWEST_KUBERNETES_VERSION = "v1.37.2"
VERSION_VARIABLE = "TRANSFERJOB_TEST_KUBERNETES"
"""`newest` makes every test cluster one of NEWEST_KUBERNETES_VERSION."""
_ASSETS_VARIABLE = "KUBEBUILDER_ASSETS"

Command = list[str | Path]


@dataclass(frozen=True)
class Program:
    """A binary, the Go module in `tests/cluster/go/<name>` that pins it, and the package that is its main."""

    name: str
    module: str
    package: str
    linker_flags: str = ""
    aliases: tuple[str, ...] = ()
    cold_build: str = ""
    pins: str | None = field(default=None, repr=False)
    """Folder beside the module's whose go.mod and go.sum are used in place of its own: same source, other versions."""

    @property
    def folder(self) -> Path:
        """The module's folder."""
        return SOURCES / self.module

    @property
    def pins_folder(self) -> Path:
        """Where the go.mod is that counts."""
        return SOURCES / (self.pins or self.module)


def _controlplane(version: str, pins: str | None = None) -> Program:
    return Program(
        name="controlplane",
        module="controlplane",
        package=".",
        linker_flags=f"-X k8s.io/component-base/version.gitVersion={version}",
        aliases=("kubectl",),
        cold_build="7 minutes on 2 cores",
        pins=pins,
    )


def selected(wanted: str) -> Program:
    """The control plane that a value of VERSION_VARIABLE asks for. Raises ValueError for one that is unknown."""
    if wanted == "newest":
        return _controlplane(NEWEST_KUBERNETES_VERSION, pins="newest")
    if wanted not in ("", KUBERNETES_VERSION):
        raise ValueError(f"{VERSION_VARIABLE} is {wanted!r}; it can be {KUBERNETES_VERSION} (the default) or newest")
    return _controlplane(KUBERNETES_VERSION)


CONTROLPLANE = selected(os.environ.get(VERSION_VARIABLE, ""))
S3 = Program(
    name="versitygw",
    module="s3",
    package="github.com/versity/versitygw/cmd/versitygw",
    cold_build="2 minutes on 2 cores",
)
GCS = Program(
    name="fake-gcs-server",
    module="gcs",
    package="github.com/fsouza/fake-gcs-server",
    cold_build="2 minutes on 2 cores",
)
HELM_VERSION = "v4.3.1"
HELM = Program(
    name="helm",
    module="helm",
    package="helm.sh/helm/v4/cmd/helm",
    linker_flags=f"-X helm.sh/helm/v4/internal/version.version={HELM_VERSION}",
    cold_build="3 minutes on 2 cores",
)
KUBECONFORM = Program(
    name="kubeconform",
    module="kubeconform",
    package="github.com/yannh/kubeconform/cmd/kubeconform",
    cold_build="10 seconds",
)
NODE = Program(
    name="node",
    module="node",
    package=".",
    linker_flags=f"-X k8s.io/component-base/version.gitVersion={KUBERNETES_VERSION}",
    cold_build="6 minutes on 2 cores, 2 after the control plane",
)
COREDNS = Program(
    name="coredns",
    module="coredns",
    package="github.com/coredns/coredns",
    cold_build="3 minutes on 2 cores",
)
PROGRAMS = (CONTROLPLANE, S3, GCS, HELM, KUBECONFORM)
NODE_PROGRAMS = (NODE, COREDNS)
"""What only `make e2e` needs."""


def binary(program: Program) -> Path:
    """The path of a built program; builds it when it is not in the cache. Raises StepError when that fails."""
    go = go_for(program.pins_folder)
    folder = cached(f"{program.name}-{_digest(program, go)}", lambda partial: _build(program, go, partial))
    return folder / program.name


def component(name: str) -> Command:
    """How to start a part of the control plane, to be followed by its flags.

    etcd and kube-apiserver come from the folder that `KUBEBUILDER_ASSETS` names, when it is set.
    Raises FileNotFoundError when they are not in it.
    """
    assets = os.environ.get(_ASSETS_VARIABLE)
    if assets and name in ("etcd", "kube-apiserver"):
        path = Path(assets) / name
        if not os.access(path, os.X_OK):
            raise FileNotFoundError(f"{_ASSETS_VARIABLE} is {assets!r}, which holds no executable {name}")
        return [path]
    return [binary(CONTROLPLANE), name]


def kubectl() -> Path:
    """The machine's kubectl, or the one built with the control plane."""
    found = shutil.which("kubectl")
    return Path(found) if found else binary(CONTROLPLANE).with_name("kubectl")


def s3_gateway() -> Path:
    """The S3 server's binary."""
    return binary(S3)


def gcs_emulator() -> Path:
    """The binary of Cloud Storage's emulator."""
    return binary(GCS)


def helm() -> Path:
    """Helm's binary."""
    return binary(HELM)


def kubeconform() -> Path:
    """The binary that checks manifests against schemas."""
    return binary(KUBECONFORM)


def node_component(name: str) -> Command:
    """How to start `kubelet` or `kube-proxy`, to be followed by its flags."""
    return [binary(NODE), name]


def name_server() -> Path:
    """The binary of the cluster's name server."""
    return binary(COREDNS)


def _digest(program: Program, go: Go) -> str:
    digest = hashlib.sha256(repr((program, go.version)).encode())
    folders = [program.folder, SOURCES / program.pins] if program.pins else [program.folder]
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        if path.suffix in (".go", ".mod", ".sum"):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _build(program: Program, go: Go, target: Path) -> None:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"}
    flags = f"-s -w {program.linker_flags}".strip()
    output = target / program.name
    pins = [f"-modfile={program.pins_folder / 'go.mod'}"] if program.pins else []
    command: Command = [go.executable(), "build", *pins, "-trimpath", "-ldflags", flags, "-o", output, program.package]
    what = f"building {program.name} (about {program.cold_build}, once)"
    run_step(what, command, target / "build.log", environment=environment, folder=program.folder)
    for alias in program.aliases:
        (target / alias).symlink_to(program.name)


def main(names: list[str]) -> int:
    """Builds what is not built yet of the programs of these names, of PROGRAMS where there is none, and names it."""
    start = time.monotonic()
    named = [program for program in (*PROGRAMS, *NODE_PROGRAMS) if program.name in names]
    try:
        for program in named if names else PROGRAMS:
            say(f"{program.name}: {binary(program)}")
    except StepError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; nothing half-built is left")
        return 130
    say(f"all programs ready after {duration(time.monotonic() - start)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

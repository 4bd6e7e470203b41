"""What a user does: the project's command line and kubectl, as programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tests.cluster import toolchain
from tests.cluster.api import Object
from tests.e2e_nodes.manifests import NAMESPACE

_COMMAND = Path(sys.executable).with_name("transferjob")
_SECONDS = 600.0


class User:
    """One person with a kubeconfig, and the keys of the S3 server in the usual variables."""

    def __init__(self, kubeconfig: Path, folder: Path, keys: dict[str, str]) -> None:
        self.folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "KUBECONFIG": str(kubeconfig),
            "COLUMNS": "160",
            **keys,
        }

    def transferjob(self, *arguments: str | Path, code: int = 0) -> str:
        """What `transferjob` prints; its exit code must be `code`."""
        return self._run([_COMMAND, "-n", NAMESPACE, *arguments], code)

    def kubectl(self, *arguments: str | Path, namespace: str = NAMESPACE, code: int = 0) -> str:
        """What `kubectl` prints; its exit code must be `code`."""
        return self._run([toolchain.kubectl(), "-n", namespace, *arguments], code)

    def file(self, manifest: Object) -> Path:
        """A manifest as a file."""
        file = self.folder / f"{manifest['metadata']['name']}.yaml"
        file.write_text(yaml.safe_dump(manifest, sort_keys=False))
        return file

    def apply(self, manifest: Object) -> None:
        """kubectl apply."""
        self.kubectl("apply", "-f", self.file(manifest))

    def _run(self, command: list[str | Path], code: int) -> str:
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

"""An image of a megabyte that does as it is told: busybox, and a `python` that runs the shell script of $SCRIPT."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

from tests.nodes.needs import BUSYBOX

PAUSE = "docker.io/library/transferjob-pause:1"
SCRIPTED = "docker.io/library/transferjob-scripted:1"
_APPLETS = (
    "sh",
    "cat",
    "echo",
    "grep",
    "httpd",
    "kill",
    "ls",
    "mkdir",
    "mv",
    "nslookup",
    "sed",
    "sleep",
    "date",
    "wget",
)
# Ends at once on SIGTERM: a shell as process 1 would ignore it.
_PAUSE = "#!/bin/sh\ntrap 'exit 0' TERM INT\nwhile :; do sleep 3600 & wait $!; done\n"
_PYTHON = '#!/bin/sh\nexec sh -c "${SCRIPT:-exit 0}"\n'


def write(file: Path) -> None:
    """Writes the archive, in the form that `docker save` writes."""
    layer = _layer()
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps(_config(digest)).encode()
    name = f"{hashlib.sha256(config).hexdigest()}.json"
    manifest = [{"Config": name, "RepoTags": [PAUSE, SCRIPTED], "Layers": [f"{digest}/layer.tar"]}]
    with tarfile.open(file, "w") as archive:
        for member, content in (
            (name, config),
            (f"{digest}/layer.tar", layer),
            ("manifest.json", json.dumps(manifest).encode()),
        ):
            _add(archive, member, content, 0o644)


def _layer() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as layer:
        for folder, mode in (("bin", 0o755), ("tmp", 0o1777), ("etc", 0o755)):
            member = tarfile.TarInfo(folder)
            member.type, member.mode = tarfile.DIRTYPE, mode
            layer.addfile(member)
        _add(layer, "bin/busybox", BUSYBOX.read_bytes(), 0o755)
        _add(layer, "bin/pause", _PAUSE.encode(), 0o755)
        _add(layer, "bin/python", _PYTHON.encode(), 0o755)
        for applet in _APPLETS:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            layer.addfile(link)
    return buffer.getvalue()


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    archive.addfile(member, io.BytesIO(content))


def _config(layer: str) -> dict[str, object]:
    return {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/bin"], "Cmd": ["/bin/pause"], "User": "65532:65532"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]},
    }

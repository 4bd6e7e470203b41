"""Images as a container runtime keeps them, imported once and linked into every node's folder.

Unpacking gigabytes for each node of each run would take longer than the story that is told with them.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.cluster.cache import cache_folder, cached
from tests.cluster.progress import say
from tests.nodes import containerd
from tests.nodes.machine import Machine

_PREFIX = "imported-"
_ROOT = "containerd"
# All else is written once: blobs, and files of layers that only lie below others.
_DATABASES = (
    "io.containerd.metadata.v1.bolt/meta.db",
    "io.containerd.snapshotter.v1.overlayfs/metadata.db",
)
_STOP_SECONDS = 20.0


def imported(archives: Sequence[Path]) -> Path:
    """The runtime's folder with these images, made when the archives are new; only the newest is kept."""
    name = f"{_PREFIX}{_digest(archives)}"
    made = cached(name, lambda partial: _import(partial, archives))
    for older in cache_folder().glob(f"{_PREFIX}*"):
        if older.name.removesuffix(".lock") != name:
            shutil.rmtree(older) if older.is_dir() else older.unlink()
    return made / _ROOT


def link(source: Path, machine: Machine) -> None:
    """Gives a machine that runs no runtime yet the images of `source`: links to its files, its databases copied."""
    target = machine.folder / "lib" / _ROOT
    same_disk = source.stat().st_dev == machine.folder.stat().st_dev
    subprocess.run(["cp", "-al" if same_disk else "-a", source, target], check=True)
    for name in _DATABASES:
        (target / name).unlink()
        shutil.copy2(source / name, target / name)


def _import(partial: Path, archives: Sequence[Path]) -> None:
    machine = Machine(0, partial / "machine")
    runtime = containerd.start(machine)
    try:
        for archive in archives:
            say(f"importing {archive.parent.name}/{archive.name} (once)")
            containerd.import_image(machine, archive)
    finally:
        runtime.stop(_STOP_SECONDS)
        machine.stop()
    (partial / "machine/lib" / _ROOT).rename(partial / _ROOT)
    shutil.rmtree(partial / "machine")


def _digest(archives: Sequence[Path]) -> str:
    """Archives in the cache are named by what is in them; any other counts by its bytes."""
    digest = hashlib.sha256()
    for archive in archives:
        known = archive.is_relative_to(cache_folder())
        digest.update(str(archive).encode() if known else archive.read_bytes())
    return digest.hexdigest()[:16]

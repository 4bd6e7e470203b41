"""The cgroups that this process is in, in both versions, from its own up to the root of what is mounted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MOUNT = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def folders(controller: str, mount: Path = MOUNT, membership: Path = MEMBERSHIP) -> Iterator[Path]:
    """The folders whose limits hold for this process: every level counts, the smallest limit wins.

    Where the process sees its own cgroup as the root (in a container), or a path of the host that is not mounted, the
    root of the mount is all there is.

    Args:
        controller: `memory` or `cpu`.
        mount: where cgroups are mounted.
        membership: lines `id:controllers:path`; of version 2 without controllers.
    """
    paths = _memberships(membership)
    yield from _levels(mount, paths.get("", PurePosixPath("/")))
    yield from _levels(mount / controller, paths.get(controller, PurePosixPath("/")))


def number(path: Path) -> int | None:
    """The number in a file; None for `max`, -1 and files that are not there."""
    content = text(path).strip()
    return int(content) if content.isascii() and content.isdigit() else None


def text(path: Path) -> str:
    """The content of a file, empty when it cannot be read."""
    try:
        return path.read_text()
    except OSError:
        return ""


def _memberships(file: Path) -> dict[str, PurePosixPath]:
    found = {}
    for line in text(file).splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            found[controller] = PurePosixPath(path)
    return found


def _levels(root: Path, path: PurePosixPath) -> Iterator[Path]:
    for level in (path, *path.parents):
        folder = root / level.relative_to("/")
        if folder.is_dir():
            yield folder

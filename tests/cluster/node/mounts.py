"""The root file system of a container without an image: the host's, writable, with every write thrown away at the end.

Runs inside the container's own mount namespace. A tmpfs holds the upper layers of overlays whose lower layers are the
host's file systems, so nothing that a container writes outside its volumes reaches the host, and the namespace takes
all of it along when it ends. Source of the semantics: mount(2), mount_namespaces(7), pivot_root(2), overlayfs.
"""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 0x1, 0x2, 0x4, 0x8, 0x20
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
OLD_ROOT = "/.host"
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Mount:
    """One mount of a container.

    Attributes:
        target: absolute path in the container.
        source: path on the host, or None for a new tmpfs.
        size_bytes: limit of a new tmpfs, in bytes; 0 is the kernel's default.
        read_only: refuse writes.
    """

    target: str
    source: str | None
    size_bytes: int = 0
    read_only: bool = False


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, data: str = "") -> None:
    """mount(2); raises OSError that names the target."""
    result = _LIBC.mount(source.encode(), target.encode(), kind and kind.encode(), flags, data.encode() or None)
    if result:
        _raise(target)


def unshare(flags: int) -> None:
    """unshare(2); raises OSError."""
    if _LIBC.unshare(flags):
        _raise(None)


def die_with_parent(signal_number: int) -> None:
    """Asks the kernel to send this process a signal when the thread that started it ends (PR_SET_PDEATHSIG)."""
    if _LIBC.prctl(1, signal_number, 0, 0, 0):
        _raise(None)


def enter_new_root(scratch: str, read_only: bool, mounts: list[Mount], hidden: list[str]) -> None:
    """Makes the container's root from the host's and moves into it.

    Args:
        scratch: an empty folder on the host, used as the mount point.
        read_only: the root itself refuses writes; mounts keep their own mode.
        mounts: in the order in which they are made.
        hidden: folders of the host that appear empty.

    Raises:
        OSError: the kernel refused a mount.
    """
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    writable = [*_overlays(scratch), "/"]
    root = f"{scratch}/root"
    _devices(f"{root}/dev")
    mount("/sys", f"{root}/sys", None, MS_BIND | MS_REC)
    mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    Path(f"{root}{OLD_ROOT}").mkdir(exist_ok=True)
    _pivot(root)
    for entry in mounts:
        _apply(entry)
    for folder in hidden:
        if Path(folder).is_dir():
            mount("hidden", folder, "tmpfs", MS_RDONLY)
    if _LIBC.umount2(OLD_ROOT.encode(), MNT_DETACH):
        _raise(OLD_ROOT)
    Path(OLD_ROOT).rmdir()
    if read_only:
        for path in writable:
            mount("none", path, None, MS_REMOUNT | MS_BIND | MS_RDONLY)


def _overlays(scratch: str) -> list[str]:
    """Lays an overlay over the host's root and over each file system mounted below it; gives the paths below."""
    below = _host_mounts()
    mount("container", scratch, "tmpfs", MS_NODEV)
    Path(scratch, "root").mkdir()
    _overlay("/", f"{scratch}/root", f"{scratch}/layer")
    laid = []
    for index, path in enumerate(below):
        target = f"{scratch}/root{path}"
        try:
            _overlay(path, target, f"{scratch}/layer{index}")
        except OSError:
            _bind(path, target, read_only=True)
        laid.append(path)
    return laid


def _overlay(lower: str, target: str, layer: str) -> None:
    if not Path(lower).is_dir():
        raise NotADirectoryError(lower)
    for folder in ("upper", "work"):
        Path(layer, folder).mkdir(parents=True)
    escaped = lower.replace("\\", "\\\\").replace(",", "\\,").replace(":", "\\:")
    mount("container", target, "overlay", 0, f"lowerdir={escaped},upperdir={layer}/upper,workdir={layer}/work")


def _host_mounts() -> list[str]:
    """Mount points of real file systems below the root, outermost first."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        path = line.split()[4].encode().decode("unicode_escape")
        apart = path == "/" or path.startswith(("/proc", "/sys", "/dev"))
        if not apart and path not in found and Path(path).exists():
            found.append(path)
    return sorted(found, key=lambda path: path.count("/"))


def _devices(dev: str) -> None:
    """A /dev of its own with the devices a container gets, graphics cards included."""
    mount("dev", dev, "tmpfs", MS_NOSUID, "mode=755,size=65536k")
    gpus = [entry.name for entry in Path("/dev").glob("nvidia*") if not entry.is_dir()]
    for name in (*_DEVICES, *gpus):
        if Path("/dev", name).exists():
            _bind(f"/dev/{name}", f"{dev}/{name}", read_only=False)
    for folder in ("shm", "pts"):
        Path(dev, folder).mkdir()
    mount("shm", f"{dev}/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=65536k")
    mount("devpts", f"{dev}/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    links = {"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
    for name, target in links.items():
        Path(dev, name).symlink_to(target)


def _pivot(root: str) -> None:
    number = _PIVOT_ROOT[os.uname().machine]
    if _LIBC.syscall(number, root.encode(), f"{root}{OLD_ROOT}".encode()):
        _raise(root)
    os.chdir("/")


def _apply(entry: Mount) -> None:
    if entry.source is None:
        Path(entry.target).mkdir(parents=True, exist_ok=True)
        size = f",size={entry.size_bytes}" if entry.size_bytes else ""
        mount("memory", entry.target, "tmpfs", MS_RDONLY if entry.read_only else 0, f"mode=1777{size}")
    else:
        _bind(f"{OLD_ROOT}{Path(entry.source).absolute()}", entry.target, entry.read_only)


def _bind(source: str, target: str, read_only: bool) -> None:
    if Path(source).is_dir():
        Path(target).mkdir(parents=True, exist_ok=True)
    elif not Path(target).exists():
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).touch()
    mount(source, target, None, MS_BIND | MS_REC)
    if read_only:
        mount("none", target, None, MS_REMOUNT | MS_BIND | MS_RDONLY)


def _raise(path: str | None) -> None:
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number), path)

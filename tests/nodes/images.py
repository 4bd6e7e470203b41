"""The images of the project, built from its Dockerfile, as archives in the user's cache folder.

`python -m tests.nodes.images` builds all of them. No registry is asked: the base is made from Debian's packages.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.cluster.cache import cache_folder, cached
from tests.cluster.progress import StepError, run_step, say
from tests.nodes.needs import NeedError, check

ROOT = Path(__file__).parents[2]
OPERATOR, TRAINER = "operator", "trainer"
NAMES = (OPERATOR, TRAINER)
SUITE, PACKAGES = "bookworm", ("python3", "python3-venv", "ca-certificates")
BASE = f"localhost/transferjob-base:{SUITE}"
_PARTS = ("Dockerfile", "images", "pyproject.toml", "README.md", "LICENSE", "operator/src", "trainer/src")
_LEFT_OUT = ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale", "usr/share/man")
_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_ARCHIVE = "image.tar"


def archive(name: str) -> Path:
    """The archive of an image, built when its sources are not those of the cached one. Raises StepError."""
    folder = f"image-{name}-{_digest()}"
    made = cached(folder, lambda partial: _build(name, partial))
    for older in cache_folder().glob(f"image-{name}-*"):
        if older.name.removesuffix(".lock") != folder:
            shutil.rmtree(older) if older.is_dir() else older.unlink()
    return made / _ARCHIVE


def version() -> str:
    """The version that images are tagged with."""
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("version = "))


def tag(name: str) -> str:
    """Name and tag of an image."""
    return f"transferjob-{name}:{version()}"


def _build(name: str, target: Path) -> None:
    log = target / "build.log"
    _base(target)
    environment = {**_environment(), "BASE_IMAGE": BASE, "IMAGES_ARGS": " ".join(_arguments())}
    run_step(f"building {tag(name)}", [ROOT / "scripts/images", name], log, environment=environment, folder=ROOT)
    # A short name, without the registry that buildah puts in front.
    command: list[str | Path] = ["buildah", "push", tag(name), f"docker-archive:{target / _ARCHIVE}:{tag(name)}"]
    run_step(f"writing {tag(name)} to an archive", command, log, environment=_environment(), folder=ROOT)


def _base(target: Path) -> None:
    """Python on a small Debian, as an image."""
    if _quiet("buildah", "inspect", "--type", "image", BASE):
        return
    with tempfile.TemporaryDirectory(dir=cache_folder()) as folder:
        tree = Path(folder) / "tree"
        include = f"--include={','.join(PACKAGES)}"
        command: list[str | Path] = ["debootstrap", "--variant=minbase", include, SUITE, tree]
        _step("making the base image from Debian's packages", command, target)
        for name in _LEFT_OUT:
            shutil.rmtree(tree / name)
        _commit(tree, target)


def _commit(tree: Path, target: Path) -> None:
    container = _output("buildah", "from", "scratch")
    try:
        _step("copying it", ["buildah", "add", container, tree, "/"], target)
        _step("committing it", ["buildah", "commit", container, BASE], target)
    finally:
        _quiet("buildah", "rm", container)


def _step(what: str, command: list[str | Path], target: Path) -> None:
    run_step(what, command, target / "base.log", environment=_environment(), folder=ROOT)


def _arguments() -> Iterator[str]:
    """What lets pip inside the build trust whom this machine trusts."""
    if _AUTHORITIES.exists():
        yield f"--volume={_AUTHORITIES}:{_AUTHORITIES}:ro"
        yield f"--volume={_pip_settings()}:/etc/pip.conf:ro"


def _pip_settings() -> Path:
    file = cache_folder() / "pip.conf"
    file.write_text(f"[global]\ncert = {_AUTHORITIES}\n")
    return file


def _environment() -> dict[str, str]:
    """buildah with a storage of its own, so that nobody else's images are touched."""
    storage = cache_folder() / "buildah"
    storage.mkdir(exist_ok=True)
    settings = storage / "storage.conf"
    settings.write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{storage / "graph"}"\nrunroot = "{storage / "run"}"\n'
    )
    return {**os.environ, "CONTAINERS_STORAGE_CONF": str(settings), "BUILDAH_ISOLATION": "chroot"}


def _quiet(*command: str) -> bool:
    done = subprocess.run(command, env=_environment(), capture_output=True, check=False)
    return done.returncode == 0


def _output(*command: str) -> str:
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise StepError(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def _digest() -> str:
    """Digest over all that goes into the images."""
    digest = hashlib.sha256(repr((SUITE, PACKAGES)).encode())
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for part in _PARTS:
        path = ROOT / part
        found = path.rglob("*") if path.is_dir() else [path]
        yield from (
            file
            for file in found
            if file.is_file() and "__pycache__" not in file.parts and ".egg-info" not in str(file)
        )


def main() -> int:
    """Builds what is not cached and says where it is and how big."""
    try:
        check()
        for name in NAMES:
            file = archive(name)
            say(f"{tag(name)}: {file} ({file.stat().st_size / 1e6:.0f} MB)")
    except (NeedError, StepError) as error:
        say(f"images: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

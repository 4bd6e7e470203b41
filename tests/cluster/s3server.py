"""A real S3 server, on loopback unless told otherwise, that keeps its buckets in a folder."""

import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Self

import httpx

from tests.cluster import toolchain
from tests.cluster.ports import LOOPBACK, free_ports
from tests.cluster.processes import ChildProcess
from tests.cluster.statedir import StateDir

REGION = "us-east-1"
_START_SECONDS = 20.0
_POLL_SECONDS = 0.05


class S3ServerError(Exception):
    """The server did not come up; the message ends with its last log lines."""


class S3Server:
    """Starts and stops one server; its buckets live in a temporary folder and go with it."""

    region = REGION

    def __init__(self, address: str = LOOPBACK) -> None:
        """Prepares; `address` is where it listens."""
        self._address = address
        self.access_key = secrets.token_hex(8)
        self.secret_key = secrets.token_hex(16)
        self._state: StateDir | None = None
        self._child: ChildProcess | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the server and returns when it answers. Raises S3ServerError when it dies or does not."""
        binary = toolchain.s3_gateway()
        self._state = StateDir("s3")
        self._buckets = self._state.path / "buckets"
        self._buckets.mkdir()
        (port,) = free_ports(1)
        self.endpoint = f"http://{self._address}:{port}"
        try:
            command = [binary, "--port", f"{self._address}:{port}", "--region", REGION, *self._backend()]
            self._child = ChildProcess("versitygw", command, self.log, environment=self._environment())
            self._await()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Kills the server and removes its buckets; may be called twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self._state is not None:
            self._state.remove()
            self._state = None

    @property
    def log(self) -> Path:
        """The server's log file."""
        assert self._state is not None
        return self._state.path / "versitygw.log"

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._child is not None
        return self._child.pid

    def create_bucket(self, name: str) -> None:
        """Makes an empty bucket, as a folder, which is all a bucket is here. Raises FileExistsError."""
        self.path(name).mkdir()

    def delete_bucket(self, name: str) -> None:
        """Removes a bucket and what is in it."""
        assert self._state is not None
        # All at once, as a bucket goes.
        shutil.rmtree(self.path(name).rename(self._state.path / f"removed-{secrets.token_hex(4)}"))

    def put(self, bucket: str, key: str, content: bytes) -> None:
        """Writes an object, which needs no tag."""
        path = self.path(bucket) / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def get(self, bucket: str, key: str) -> bytes:
        """The content of an object."""
        return (self.path(bucket) / key).read_bytes()

    def path(self, bucket: str) -> Path:
        """The folder whose files are the objects of a bucket."""
        return self._buckets / bucket

    def _environment(self) -> dict[str, str]:
        # By environment, since every user of the machine can read command lines.
        keys = {"ROOT_ACCESS_KEY_ID": self.access_key, "ROOT_SECRET_ACCESS_KEY": self.secret_key}
        return {**os.environ, **keys}

    def _backend(self) -> list[str | Path]:
        assert self._state is not None
        if _has_attributes(self._buckets):
            return ["posix", self._buckets]
        sidecar = self._state.path / "metadata"
        sidecar.mkdir()
        return ["posix", "--sidecar", sidecar, self._buckets]

    def _await(self) -> None:
        assert self._child is not None
        end = time.monotonic() + _START_SECONDS
        while not _answers(self.endpoint):
            if not self._child.running or time.monotonic() >= end:
                raise S3ServerError(f"the S3 server does not answer:\n{self._child.log_tail()}")
            time.sleep(_POLL_SECONDS)


def _answers(endpoint: str) -> bool:
    try:
        httpx.get(endpoint, trust_env=False)
    except httpx.TransportError:
        return False
    return True


def _has_attributes(folder: Path) -> bool:
    """Whether the file system takes the extended attributes that the server keeps its metadata in."""
    try:
        os.setxattr(folder, "user.transferjob", b"1")
        os.removexattr(folder, "user.transferjob")
    except OSError:
        return False
    return True

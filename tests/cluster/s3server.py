"""A real S3 server, on loopback unless told otherwise, that keeps its buckets in a folder."""

import os
import secrets
import shutil
from pathlib import Path

from tests.cluster import toolchain
from tests.cluster.ports import LOOPBACK
from tests.cluster.storageserver import StorageServer
from tests.cluster.toolchain import Command

REGION = "us-east-1"


class S3Server(StorageServer):
    """Starts and stops one server; its buckets live in a temporary folder and go with it."""

    name = "versitygw"
    region = REGION

    def __init__(self, address: str = LOOPBACK) -> None:
        """Prepares; `address` is where it listens."""
        super().__init__(address)
        self.access_key = secrets.token_hex(8)
        self.secret_key = secrets.token_hex(16)

    def create_bucket(self, name: str) -> None:
        """Makes an empty bucket, as a folder, which is all a bucket is here. Raises FileExistsError."""
        self.path(name).mkdir()

    def delete_bucket(self, name: str) -> None:
        """Removes a bucket and what is in it."""
        # All at once, as a bucket goes.
        shutil.rmtree(self.path(name).rename(self.folder / f"removed-{secrets.token_hex(4)}"))

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

    @property
    def _buckets(self) -> Path:
        return self.folder / "buckets"

    def _command(self, port: int) -> Command:
        self._buckets.mkdir()
        listening: Command = ["--port", f"{self._address}:{port}", "--region", REGION]
        return [toolchain.s3_gateway(), *listening, *self._backend()]

    def _environment(self) -> dict[str, str]:
        # By environment, since every user of the machine can read command lines.
        keys = {"ROOT_ACCESS_KEY_ID": self.access_key, "ROOT_SECRET_ACCESS_KEY": self.secret_key}
        return {**os.environ, **keys}

    def _backend(self) -> Command:
        if _has_attributes(self._buckets):
            return ["posix", self._buckets]
        sidecar = self.folder / "metadata"
        sidecar.mkdir()
        return ["posix", "--sidecar", sidecar, self._buckets]


def _has_attributes(folder: Path) -> bool:
    """Whether the file system takes the extended attributes that the server keeps its metadata in."""
    try:
        os.setxattr(folder, "user.transferjob", b"1")
        os.removexattr(folder, "user.transferjob")
    except OSError:
        return False
    return True

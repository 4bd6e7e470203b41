"""Files in an S3 bucket."""

from __future__ import annotations

import io
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

from ..contract.uri import Location
from ..errors import RunFailure
from .base import Entry
from .credentials import Credentials
from .paths import is_temporary, plain, temporary_name
from .patience import Patience
from .s3_client import make_client
from .s3_errors import Interpreter
from .s3_reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef, ListObjectsV2RequestTypeDef

_BUFFER = 1 << 20
T = TypeVar("T")


class S3Storage:
    """The objects below one key prefix of a bucket. Objects appear whole or not at all, as S3 promises."""

    def __init__(
        self, location: Location, credentials: Credentials, *, absent: type[RunFailure], patience_seconds: float
    ) -> None:
        self._location = location
        self._bucket = location.authority
        self._patience = Patience(patience_seconds)
        self._interpreter = Interpreter(self._bucket, absent, credentials.mask)
        with self._interpreter.asking(str(location)):
            self._client = make_client(credentials)

    def uri(self, path: str = "") -> str:
        """See Storage."""
        return str(self._location.child(path)) if path else str(self._location)

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """See Storage. A page of 1,000 is asked for when the one before is used up."""
        folder = self._key(prefix).rstrip("/")
        base = len(self._key("").rstrip("/"))
        request: ListObjectsV2RequestTypeDef = {"Bucket": self._bucket, "Prefix": f"{folder}/" if folder else ""}
        while True:
            page = self._page(request, prefix)
            for item in page.get("Contents", ()):
                path = item["Key"][base:].lstrip("/") if base else item["Key"]
                # A key that ends with a slash is a console's stand-in for a folder.
                if not path.endswith("/") and not is_temporary(path.rpartition("/")[2]):
                    yield Entry(path, item["Size"], item.get("ETag", "").strip('"'))
            if not page.get("IsTruncated"):
                return
            request = {**request, "ContinuationToken": page["NextContinuationToken"]}

    def exists(self, path: str) -> bool:
        """See Storage. By a listing: the answer to HEAD has no body, so a wrong key may look like no object."""
        key = self._key(path)
        if not key or key.endswith("/"):
            return False
        page = self._page({"Bucket": self._bucket, "Prefix": key, "MaxKeys": 1}, path)
        return any(item["Key"] == key for item in page.get("Contents", ()))

    def read(self, path: str, limit: int | None = None) -> bytes:
        """See Storage."""
        with self.open(path) as stream:
            return stream.read() if limit is None else stream.read(limit + 1)

    def open(self, path: str) -> BinaryIO:
        """See Storage."""
        reader = ObjectReader(
            self._client,
            self._bucket,
            self._key(path),
            uri=self.uri(path),
            patience=self._patience,
            asking=self._interpreter,
        )
        return cast(BinaryIO, io.BufferedReader(reader, _BUFFER))

    def download(self, path: str, to: Path) -> None:
        """See Storage."""
        temporary = to.with_name(temporary_name(to.name, uuid.uuid4().hex))
        try:
            with self.open(path) as source, temporary.open("xb") as target:
                shutil.copyfileobj(source, target, _BUFFER)
                target.flush()
                os.fsync(target.fileno())
            temporary.replace(to)
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()

    def write_new(self, path: str, source: Path | bytes) -> bool:
        """See Storage. Large files go in parts."""
        if self.exists(path):
            return False
        if isinstance(source, bytes):
            self.write(path, source)
        else:
            self._ask(path, lambda: self._upload(path, source))
        return True

    def write(self, path: str, data: bytes) -> None:
        """See Storage."""
        self._ask(path, lambda: self._client.put_object(Bucket=self._bucket, Key=self._key(path), Body=data))

    def delete(self, path: str) -> None:
        """See Storage."""
        self._ask(path, lambda: self._client.delete_object(Bucket=self._bucket, Key=self._key(path)))

    def delete_folder(self, path: str) -> None:
        """See Storage. Parts of an upload that broke off are the bucket's life-cycle rule's to remove."""
        for entry in list(self.list(path)):
            self.delete(entry.path)

    def probe_write(self) -> None:
        """See Storage."""
        name = temporary_name("probe", uuid.uuid4().hex)
        self.write(name, b"probe")
        self.delete(name)

    def _upload(self, path: str, source: Path) -> None:
        with source.open("rb") as content:
            self._client.upload_fileobj(content, self._bucket, self._key(path))

    def _page(self, request: ListObjectsV2RequestTypeDef, prefix: str) -> ListObjectsV2OutputTypeDef:
        return self._ask(prefix, lambda: self._client.list_objects_v2(**request))

    def _ask(self, path: str, request: Callable[[], T]) -> T:
        def once() -> T:
            with self._interpreter.asking(self.uri(path)):
                return request()

        return self._patience.retry(self.uri(path), once)

    def _key(self, path: str) -> str:
        below = plain(path, self.uri())
        return (
            "/".join(part for part in (self._location.path.rstrip("/"), below) if part)
            if below
            else self._location.path
        )

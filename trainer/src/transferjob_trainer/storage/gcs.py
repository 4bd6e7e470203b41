"""Files in a Google Cloud Storage bucket."""

from __future__ import annotations

import io
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from google.api_core.exceptions import NotFound, PreconditionFailed

from ..contract.uri import Location
from ..errors import RunFailure
from .base import Entry
from .credentials import Credentials
from .gcs_client import TIMEOUT, is_anonymous, make_client
from .gcs_errors import Interpreter
from .gcs_reader import ObjectReader, media_url
from .gcs_upload import CONTENT_TYPE, PIECE, Upload
from .paths import is_temporary, plain, temporary_name
from .patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

_BUFFER = 1 << 20
_PAGE = 1000
_FIELDS = "items(name,size,md5Hash,crc32c,generation),nextPageToken"
T = TypeVar("T")


class GcsStorage:
    """The objects below one name prefix of a bucket. Objects appear whole or not at all, as Cloud Storage promises."""

    def __init__(
        self, location: Location, credentials: Credentials, *, absent: type[RunFailure], patience_seconds: float
    ) -> None:
        self._location = location
        self._patience = Patience(patience_seconds)
        self._interpreter = Interpreter(location.authority, absent, credentials.mask)
        self._client, self._session = self._ask("", lambda: make_client(credentials))
        self._bucket = self._ask("", lambda: self._client.bucket(location.authority))
        self._interpreter.anonymous = is_anonymous(self._session)
        self._interpreter.bucket_answers = self._bucket_answers

    def uri(self, path: str = "") -> str:
        """See Storage."""
        return str(self._location.child(path)) if path else str(self._location)

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """See Storage. A page of 1,000 is asked for when the one before is used up."""
        folder = self._key(prefix).rstrip("/")
        base = len(self._key("").rstrip("/"))
        token: str | None = None
        while True:
            found, token = self._page(f"{folder}/" if folder else None, prefix, token)
            for blob in found:
                path = blob.name[base:].lstrip("/") if base else blob.name
                # A name that ends with a slash is a console's stand-in for a folder.
                if not path.endswith("/") and not is_temporary(path.rpartition("/")[2]):
                    yield Entry(path, blob.size, _tag(blob))
            if not token:
                return

    def exists(self, path: str) -> bool:
        """See Storage. By a listing: who may not list is told of no object by any other question."""
        key = self._key(path)
        if not key or key.endswith("/"):
            return False
        found, _ = self._page(key, path, None, 1)
        return any(blob.name == key for blob in found)

    def read(self, path: str, limit: int | None = None) -> bytes:
        """See Storage."""
        with self.open(path) as stream:
            return stream.read() if limit is None else stream.read(limit + 1)

    def open(self, path: str) -> BinaryIO:
        """See Storage."""
        reader = ObjectReader(
            self._session,
            media_url(self._client.api_endpoint, self._bucket.name, self._key(path)),
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
        """See Storage. The server itself keeps what is there; large files go in pieces."""
        if self.exists(path):
            return False
        if isinstance(source, Path) and source.stat().st_size > PIECE:
            return self._upload(path, source)
        content = source if isinstance(source, bytes) else source.read_bytes()
        return self._ask(path, lambda: self._insert_new(path, content))

    def write(self, path: str, data: bytes) -> None:
        """See Storage."""
        self._ask(path, lambda: self._insert(path, data))

    def delete(self, path: str) -> None:
        """See Storage."""
        blob = self._bucket.blob(self._key(path))

        def remove() -> None:
            with suppress(NotFound):
                blob.delete(timeout=TIMEOUT, retry=None)

        self._ask(path, remove)

    def delete_folder(self, path: str) -> None:
        """See Storage. Of an upload that broke off nothing is to be seen, and the service forgets it after a week."""
        for entry in list(self.list(path)):
            self.delete(entry.path)

    def probe_write(self) -> None:
        """See Storage."""
        name = temporary_name("probe", uuid.uuid4().hex)
        self.write(name, b"probe")
        self.delete(name)

    def _insert(self, path: str, data: bytes, generation: int | None = None) -> None:
        self._bucket.blob(self._key(path)).upload_from_string(
            data, content_type=CONTENT_TYPE, if_generation_match=generation, timeout=TIMEOUT, retry=None
        )

    def _insert_new(self, path: str, data: bytes) -> bool:
        try:
            self._insert(path, data, generation=0)
        except PreconditionFailed:
            return False
        return True

    def _upload(self, path: str, source: Path) -> bool:
        blob = self._bucket.blob(self._key(path))
        upload = Upload(
            self._session, blob, source, uri=self.uri(path), patience=self._patience, asking=self._interpreter
        )
        return upload.run()

    def _page(
        self, prefix: str | None, path: str, token: str | None, most: int | None = None
    ) -> tuple[Any, str | None]:
        def page() -> tuple[Any, str | None]:
            # An iterator of its own for each: one that failed would end as if there were no more pages.
            found = self._client.list_blobs(
                self._bucket,
                prefix=prefix,
                page_token=token,
                page_size=_PAGE,
                max_results=most,
                fields=_FIELDS,
                timeout=TIMEOUT,
                retry=None,
            )
            return tuple(next(found.pages, ())), found.next_page_token

        return self._ask(path, page)

    def _bucket_answers(self) -> bool:
        try:
            next(self._client.list_blobs(self._bucket, max_results=1, timeout=TIMEOUT, retry=None).pages, None)
        except NotFound:
            return False
        except Exception:  # Whatever else it says, it is there as far as anyone knows.
            return True
        return True

    def _ask(self, path: str, request: Callable[[], T]) -> T:
        def once() -> T:
            with self._interpreter.asking(self.uri(path)):
                return request()

        return self._patience.retry(self.uri(path), once)

    def _key(self, path: str) -> str:
        below = plain(path, self.uri())
        if not below:
            return self._location.path
        return "/".join(part for part in (self._location.path.rstrip("/"), below) if part)


def _tag(blob: Any) -> str:
    """Of the content, so that a copy has the same one; objects that were composed have no MD5."""
    return str(blob.md5_hash or (f"crc32c:{blob.crc32c}" if blob.crc32c else f"generation:{blob.generation}"))

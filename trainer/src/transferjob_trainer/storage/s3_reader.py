"""An S3 object as a stream that goes on where a broken connection left it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from .patience import Patience
from .s3_errors import Interpreter

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef


class ObjectReader(io.RawIOBase):
    """Reads one version of an object from start to end; when it is replaced meanwhile, the server refuses the rest."""

    def __init__(
        self, client: S3Client, bucket: str, key: str, *, uri: str, patience: Patience, asking: Interpreter
    ) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._uri, self._patience, self._asking = uri, patience, asking
        self._position = 0
        self._etag: str | None = None
        self._size: int | None = None
        self._body: StreamingBody | None = None
        self._patience.retry(uri, self._connect)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as the object goes."""
        view = memoryview(buffer).cast("B")
        data = self._patience.retry(self._uri, self._reading(len(view)))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        """Give the connection back."""
        self._drop()
        super().close()

    def _reading(self, amount: int) -> Callable[[], bytes]:
        def read() -> bytes:
            if self._position == self._size:
                return b""
            try:
                with self._asking.asking(self._uri):
                    if self._body is None:
                        self._connect()
                    assert self._body is not None
                    data = self._body.read(amount)
                    if not data:
                        raise ConnectionError("the object ended early")
                    return data
            except BaseException:
                self._drop()
                raise

        return read

    def _connect(self) -> None:
        with self._asking.asking(self._uri):
            answer = self._request()
            if not self._begins_right(answer):
                answer["Body"].close()
                raise ConnectionError("the server sent another part of the object than was asked for")
        self._body = answer["Body"]
        if self._size is None:
            self._etag, self._size = answer.get("ETag"), answer["ContentLength"]

    def _request(self) -> GetObjectOutputTypeDef:
        if self._position == 0 and self._etag is None:
            return self._client.get_object(Bucket=self._bucket, Key=self._key)
        rest = f"bytes={self._position}-"
        if self._etag is None:
            return self._client.get_object(Bucket=self._bucket, Key=self._key, Range=rest)
        return self._client.get_object(Bucket=self._bucket, Key=self._key, Range=rest, IfMatch=self._etag)

    def _begins_right(self, answer: GetObjectOutputTypeDef) -> bool:
        """A cache or gateway on the way may forget the range: its bytes would be taken for others."""
        return self._position == 0 or answer.get("ContentRange", "").startswith(f"bytes {self._position}-")

    def _drop(self) -> None:
        body = getattr(self, "_body", None)
        if body is not None:
            self._body = None
            body.close()

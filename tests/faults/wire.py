"""As much of HTTP/1.1 as the API server and its clients speak: heads, bodies, chunks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

LIMIT = 16 * 1024 * 1024
_PIECE = 64 * 1024
_END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Head:
    """The first line of a request or answer, and its header lines."""

    start: str
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """Value of a header, empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def encode(self, *, chunked: bool = False, **replaced: str) -> bytes:
        """The head with some headers replaced; `content_length="0"` stands for Content-Length."""
        names = {name.replace("_", "-"): value for name, value in replaced.items()}
        kept = [(key, value) for key, value in self.headers if key.lower() not in {*names, "transfer-encoding"}]
        framing = [("Transfer-Encoding", "chunked")] if chunked else []
        lines = [self.start, *(f"{key}: {value}" for key, value in [*kept, *names.items(), *framing])]
        return "\r\n".join([*lines, "", ""]).encode()


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """The next head; None when the other side has closed the connection."""
    try:
        raw = await reader.readuntil(_END_OF_HEAD)
    except asyncio.IncompleteReadError:
        return None
    start, *lines = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Head(start, tuple((key, value.strip()) for key, _, value in pairs))


async def body_pieces(reader: asyncio.StreamReader, head: Head) -> AsyncIterator[bytes]:
    """The body piece by piece, without its framing."""
    if head.get("transfer-encoding").lower() == "chunked":
        while size := int(await reader.readline(), 16):
            yield await reader.readexactly(size)
            await reader.readline()
    elif head.get("content-length"):
        yield await reader.readexactly(int(head.get("content-length")))
    elif head.start.startswith("HTTP/"):
        while piece := await reader.read(_PIECE):
            yield piece


async def read_body(reader: asyncio.StreamReader, head: Head) -> bytes:
    """The whole body."""
    return b"".join([piece async for piece in body_pieces(reader, head)])


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"

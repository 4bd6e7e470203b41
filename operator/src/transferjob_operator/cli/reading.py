"""Reads a text that a command was given, from a file or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from .errors import refused, usage

STDIN = "-"


def read_text(file: str, *, name: str, kind: str, limit: int, encoding: str = "utf-8") -> str:
    """The text of a file, or of standard input for `-`.

    Args:
        file: its path.
        name: what sentences call it.
        kind: what it is, as sentences have it.
        limit: most bytes that are read.
        encoding: UTF-8 with or without a mark at its beginning.

    Raises:
        CliError: it cannot be read, is no UTF-8, or is larger.
    """
    try:
        data = sys.stdin.buffer.read(limit + 1) if file == STDIN else _head(Path(file), limit)
        text = data.decode(encoding)
    except FileNotFoundError as error:
        raise usage(f"There is no file {file!r}.") from error
    except OSError as error:
        raise usage(f"Cannot read {file!r}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise refused(f"{name} is not UTF-8 text.") from error
    if len(data) > limit:
        raise refused(f"{name} is larger than {limit} bytes, the limit of a {kind}.")
    return text


def _head(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit + 1)

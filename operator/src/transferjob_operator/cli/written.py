"""Gives a manifest that was made here: checked first, then printed or written to a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import refused, usage
from .local_job import is_local
from .manifest import manifests_in
from .options import Format
from .output import note, print_objects, say
from .validation import problems_of


def give_manifest(
    document: Mapping[str, Any],
    text: str,
    *,
    output: Format | None,
    file: Path | None,
    overwrite: bool,
    local: bool = False,
) -> None:
    """Prints or writes the manifest.

    Args:
        document: the manifest as values.
        text: the same with comments.
        output: prints the values, or the name, in place of the text.
        file: gets the text.
        overwrite: lets the file be replaced.
        local: file:// is allowed.

    Raises:
        CliError: the manifest is not valid (with every problem), or the file cannot be written.
    """
    problems = [problem for made in manifests_in(text, "the manifest") for problem in problems_of(made, None)]
    if local:
        problems = [problem for problem in problems if not is_local(problem)]
    if problems:
        raise refused("\n".join(["The manifest would not be valid:", *(f"  {problem}" for problem in problems)]))
    if file is not None:
        write_whole(file, text, overwrite=overwrite)
        note(f"{file} is written; see what it would do with: transferjob explain -f {file}")
    elif output is None:
        say(text.rstrip("\n"))
    if output is not None:
        print_objects([document], output, as_list=False)


def write_whole(file: Path, text: str, *, overwrite: bool) -> None:
    """Writes a file beside its place and moves it there, so that it is never seen in part. Raises CliError."""
    if not overwrite and file.exists():
        raise usage(f"{str(file)!r} exists; choose another file, or replace it with --overwrite.")
    try:
        handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise usage(f"Cannot write {str(file)!r}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(file)
    except OSError as error:
        Path(beside).unlink(missing_ok=True)
        raise usage(f"Cannot write {str(file)!r}: {error.strerror}.") from error

"""`transferjob convert`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import Output

if TYPE_CHECKING:
    from ..convert.conversion import Converted

Snippet = Annotated[
    str, typer.Argument(metavar="SNIPPET", help="A .py or .ipynb file; - is standard input.", show_default=False)
]
Name = Annotated[str | None, typer.Option("--name", help="Name of the job. Default: from the file's name.")]
DatasetOption = Annotated[str | None, typer.Option("--dataset", metavar="URI", help="Where the pictures are.")]
OutputURI = Annotated[str | None, typer.Option("--output-uri", metavar="URI", help="Where the model goes.")]
Write = Annotated[Path | None, typer.Option("--write", metavar="FILE", help="Write the manifest to this new file.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Let --write replace a file.")]
Strict = Annotated[bool, typer.Option("--strict", help="Write nothing when a part of the snippet was not read.")]


def convert(
    snippet: Snippet,
    name: Name = None,
    dataset: DatasetOption = None,
    output_uri: OutputURI = None,
    write: Write = None,
    overwrite: Overwrite = False,
    strict: Strict = False,
    output: Output = None,
) -> None:
    """Turn a Keras snippet into a manifest with comments.

    The snippet is read by its syntax and never run. What was not read is said with its lines.
    Python 3 is read, and the spellings that Keras has given up.
    """
    from ..commented import commented_yaml
    from ..convert.conversion import convert as converted_from
    from ..convert.source import read_source
    from ..errors import refused
    from ..output import note
    from ..written import give_manifest

    source = read_source(snippet)
    converted = converted_from(source, name=name, dataset=dataset, output=output_uri)
    for line in converted.notes:
        note(line)
    for line in converted.unread:
        note(f"not read: {line}")
    if strict and converted.unread:
        raise refused(f"Nothing was written: {len(converted.unread)} parts of {source.name} were not read.")
    text = commented_yaml(converted.document, converted.comments, _heading(source.name, converted))
    give_manifest(converted.document, text, output=output, file=write, overwrite=overwrite)


def _heading(name: str, converted: Converted) -> list[str]:
    lines = [f"From {Path(name).name}. Check it, then: transferjob submit -f FILE"]
    lines += [f"Not read: {line}." for line in converted.unread]
    return lines

"""`transferjob explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..options import Output

File = Annotated[str, typer.Option("-f", "--filename", metavar="FILE", help="The manifest; - is standard input.")]
Images = Annotated[
    int | None, typer.Option("--images", min=2, help="Pictures of the dataset. Default: counted where that is quick.")
]
Classes = Annotated[int | None, typer.Option("--classes", min=2, help="Classes of the dataset, likewise.")]


def explain(file: File, images: Images = None, classes: Classes = None, output: Output = None) -> None:
    """Say what a manifest would do: what freezes and learns, phases, feature cache, memory, time.

    Nothing is run and no cluster is asked. Figures come from tables, so time and memory are rough.
    """
    from ..explaining import explained
    from ..local_job import read_local_jobs
    from ..options import Format
    from ..output import console, print_document, say, speaks_unicode
    from ..views.explanation import explanation_view

    jobs = read_local_jobs(file)
    if output is Format.NAME:
        say("\n".join(f"transferjob.transferjob.dev/{job.metadata.name}" for job in jobs))
        return
    documents = [explained(job, images, classes) for job in jobs]
    if output is not None:
        print_document(documents if len(documents) > 1 else documents[0], output)
        return
    for document in documents:
        target = console()
        target.print(explanation_view(document, target.width, unicode=speaks_unicode()))

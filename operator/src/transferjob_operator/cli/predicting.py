"""Where the model of `predict` is, and which pictures are meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .cluster import connect
from .errors import CliError, usage
from .exit_codes import ExitCode
from .options import Connection
from .trainer_process import PREDICT, ask_trainer, env_for
from .views.fields import text
from .views.job import phase_of

_MOST_FILES = 10_000


def model_uri(model: str, connection: Connection) -> str:
    """The URI of a model: as given, of a path of this machine, or of the result of a job of that name.

    Raises:
        CliError: no such job, or one that has no model yet.
    """
    if "://" in model:
        return model
    if Path(model).exists():
        return f"file://{Path(model).resolve()}"
    if "/" in model:
        raise usage(f"There is no model {model!r}; name a URI, a folder, or a job.")
    job = connect(connection).get(model)
    uri = text(job, "status", "result", "modelURI")
    if not uri:
        phase = phase_of(job)
        raise CliError(f"TransferJob {model} has no model: it is {phase}.", ExitCode.NOT_FOUND)
    return uri


def predicted(uri: str, images: Sequence[Path], top: int, claims: Path | None) -> list[dict[str, Any]]:
    """What the model says of each picture; raises CliError when there is no model."""
    files = [str(file) for image in images for file in _files(image)]
    if len(files) > _MOST_FILES:
        raise usage(f"{len(files):,} pictures are more than {_MOST_FILES:,}, the most of one call.")
    env = env_for(uri, claims)
    answer: list[dict[str, Any]] = ask_trainer(PREDICT, "--model", uri, "--top", str(top), "--", *files, env=env)
    return answer


def _files(image: Path) -> Iterator[Path]:
    """A picture, or everything in a folder that is not hidden."""
    if not image.is_dir():
        yield image
        return
    found = sorted(path for path in image.iterdir() if path.is_file() and not path.name.startswith("."))
    if not found:
        raise usage(f"The folder {str(image)!r} holds no files.")
    yield from found

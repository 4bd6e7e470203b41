"""What goes wrong, each with one sentence: Error, and below it InvalidJob, NotFound, JobFailed and TimedOut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from transferjob_operator.cli.errors import CliError
from transferjob_operator.cli.exit_codes import ExitCode


class Error(Exception):
    """Something that the caller, the cluster or a job did; the text is one sentence or two."""


class InvalidJob(Error):
    """A job that cannot be; `problems` has everything that is wrong, a sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class NotFound(Error):
    """There is no such job, resource, model or file."""


class JobFailed(Error):
    """The job has ended without a model."""


class TimedOut(Error):
    """The time that was given has passed; the job goes on."""


_KINDS: dict[ExitCode, type[Error]] = {
    ExitCode.NOT_FOUND: NotFound,
    ExitCode.JOB_FAILED: JobFailed,
    ExitCode.TIMED_OUT: TimedOut,
}


@contextmanager
def told() -> Iterator[None]:
    """Raises what the command line would say as an Error, without its inner workings."""
    try:
        yield
    except CliError as error:
        raise _KINDS.get(error.code, Error)(error.sentence.replace("--timeout", "timeout")) from None

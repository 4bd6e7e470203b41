"""The exit codes of the command line: one table for the code, the help and the tests."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends."""

    OK = 0
    JOB_FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    REFUSED = 4
    UNREACHABLE = 5
    FORBIDDEN = 6
    TIMED_OUT = 124
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "done",
    ExitCode.JOB_FAILED: "the job failed, or doctor found a fault",
    ExitCode.USAGE: "wrong usage",
    ExitCode.NOT_FOUND: "no such job",
    ExitCode.REFUSED: "the manifest is invalid or was refused",
    ExitCode.UNREACHABLE: "no cluster, or it does not answer",
    ExitCode.FORBIDDEN: "not allowed",
    ExitCode.TIMED_OUT: "--timeout has passed",
    ExitCode.INTERRUPTED: "Ctrl-C",
}


def exit_code_table() -> str:
    """The table as the help shows it."""
    return "\n".join(f"  {int(code):>3}  {meaning}" for code, meaning in MEANINGS.items())

"""Errors that end a command: one or two sentences and an exit code."""

from __future__ import annotations

from collections.abc import Iterable

from .exit_codes import ExitCode

_SUGGESTION_CUTOFF = 0.6


class CliError(Exception):
    """Ends the command with a sentence and an exit code; never shown as a traceback."""

    def __init__(self, sentence: str, code: ExitCode) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


def usage(sentence: str) -> CliError:
    """The command was called in a wrong way."""
    return CliError(sentence, ExitCode.USAGE)


def timed_out(sentence: str) -> CliError:
    """The time given by --timeout has passed."""
    return CliError(sentence, ExitCode.TIMED_OUT)


def refused(sentence: str) -> CliError:
    """The manifest is invalid, or the API server refused it."""
    return CliError(sentence, ExitCode.REFUSED)


def unreachable(sentence: str) -> CliError:
    """There is no cluster, or it does not answer."""
    return CliError(sentence, ExitCode.UNREACHABLE)


def forbidden(sentence: str) -> CliError:
    """The API server does not know us, or does not let us."""
    return CliError(sentence, ExitCode.FORBIDDEN)


def crd_missing() -> CliError:
    """The cluster does not know the kind TransferJob."""
    return CliError(
        "The cluster does not know TransferJobs. Install the resource with: kubectl apply -f crds/", ExitCode.NOT_FOUND
    )


def deleted(namespace: str, name: str) -> CliError:
    """The job went away while it was watched."""
    return CliError(f"TransferJob {namespace}/{name} was deleted.", ExitCode.NOT_FOUND)


def unknown_job(namespace: str, name: str, known: Iterable[str]) -> CliError:
    """No job of this name; names the nearest one that there is."""
    names = sorted(known)
    sentence = f"There is no TransferJob {name!r} in namespace {namespace!r}."
    return CliError(f"{sentence} {_advice(name, names)}", ExitCode.NOT_FOUND)


def _advice(name: str, names: list[str]) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(name, names, n=1, cutoff=_SUGGESTION_CUTOFF)
    if nearest:
        return f"Did you mean {nearest[0]!r}?"
    if names:
        return "See them with: transferjob list"
    return "There are none in it; look in all namespaces with: transferjob list -A"

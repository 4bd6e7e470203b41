"""Turns what the API server answers into sentences."""

from __future__ import annotations

from ..kube.errors import ApiError, Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unavailable
from .errors import CliError, crd_missing, forbidden, refused, unreachable
from .exit_codes import ExitCode
from .views.fields import clean

_UNAUTHORIZED = 401
_WRONG_TYPE = "failed to create typed patch object"
"""Server-side apply answers 500, not 422, to a value of the wrong type."""


def is_missing_object(error: ApiError, name: str) -> bool:
    """Whether the 404 speaks of the object, not of its kind or namespace."""
    return isinstance(error, NotFound) and error.message.startswith("transferjobs.") and f'"{name}"' in error.message


def explain(error: ApiError, server: str) -> CliError:
    """The error as a sentence and an exit code; `server` is the URL that was asked."""
    message = _sentence(error.message)
    if isinstance(error, Forbidden):
        return _not_allowed(error, message)
    if isinstance(error, NotFound):
        return _not_found(error, message)
    if isinstance(error, Invalid) or error.message.startswith(_WRONG_TYPE):
        return refused(f"The API server refused it: {message}")
    if isinstance(error, Conflict):
        return refused(f"{message} Delete the job first, or take the fields over with --force-conflicts.")
    if isinstance(error, TooManyRequests):
        return unreachable(f"The cluster at {server} has too much to do; try again in a moment.")
    if isinstance(error, Unavailable):
        return _unavailable(error, server)
    return CliError(f"The API server answered {error.code}: {message}", ExitCode.REFUSED)


def _not_allowed(error: ApiError, message: str) -> CliError:
    if error.code == _UNAUTHORIZED:
        return forbidden("The cluster does not accept your credentials; log in again or choose another --context.")
    return forbidden(f"You have no right to do this: {message}")


def _not_found(error: ApiError, message: str) -> CliError:
    if error.message.startswith("namespaces "):
        return CliError(
            f"{message} Create it with kubectl create namespace, or choose another one with -n.", ExitCode.NOT_FOUND
        )
    if error.message.endswith("not found") and '"' in error.message:
        return CliError(message, ExitCode.NOT_FOUND)
    return crd_missing()


def _unavailable(error: ApiError, server: str) -> CliError:
    if error.code:
        return unreachable(f"The cluster at {server} answered {error.code}: {_sentence(error.message)}")
    return unreachable(f"No cluster answers at {server}. Check --kubeconfig and --context, or start the cluster.")


def _sentence(message: str) -> str:
    text = " ".join(clean(message).split())
    return text if text.endswith((".", "!", "?")) else f"{text}."

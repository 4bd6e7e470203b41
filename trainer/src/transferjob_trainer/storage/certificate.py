"""A server whose certificate nobody vouches for, which no patience mends."""

from __future__ import annotations

import ssl

from ..errors import StorageDenied


def certificate_failure(error: BaseException, uri: str, variable: str) -> StorageDenied | None:
    """What an error of a client's means where a certificate is its cause, anywhere below it; None where it is not.

    Args:
        error: what the client raised.
        uri: what was asked for.
        variable: the environment variable that names further authorities to this client.
    """
    cause = _cause(error, seen=set())
    if cause is None:
        return None
    return StorageDenied(
        f"{uri}: the server's certificate is not trusted ({cause.verify_message}); name a file with its authority in"
        f" {variable}."
    )


def _cause(error: object, seen: set[int]) -> ssl.SSLCertVerificationError | None:
    """Clients wrap it in reasons, arguments and contexts of their own errors."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error
    if not isinstance(error, BaseException) or id(error) in seen:
        return None
    seen.add(id(error))
    inner = (error.__cause__, error.__context__, getattr(error, "reason", None), *error.args)
    return next((found for one in inner if (found := _cause(one, seen))), None)

"""What the API server can answer instead of success, one class for each way of going on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson


class ApiError(Exception):
    """An answer other than success.

    Attributes:
        code: HTTP status; 0 when no answer came.
        reason: the Status object's reason, such as `AlreadyExists`.
        message: the server's own sentence.
    """

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(f"{message} ({code} {reason})" if code else message)
        self.code = code
        self.reason = reason
        self.message = message


class NotFound(ApiError):
    """404: no such object, or no such resource."""


class Conflict(ApiError):
    """409: the object exists, or a precondition does not hold any more."""


class Gone(ApiError):
    """410: the resource version or continue token is too old."""


class Forbidden(ApiError):
    """401 or 403: the account may not do this."""


class Invalid(ApiError):
    """400, 413 or 422: the request will never succeed as it is."""


class Unavailable(ApiError):
    """5xx, a broken connection or a timeout: it may or may not have been done; try again later."""


class TooManyRequests(ApiError):
    """429: try again after `retry_after` seconds."""

    def __init__(self, code: int, reason: str, message: str, retry_after: float) -> None:
        super().__init__(code, reason, message)
        self.retry_after = retry_after


_BY_CODE: Mapping[int, type[ApiError]] = {
    400: Invalid,
    401: Forbidden,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    413: Invalid,
    422: Invalid,
}


def error_from_status(status: Mapping[str, Any], code: int, retry_after: str | None = None) -> ApiError:
    """The error that a Status object stands for.

    Args:
        status: the Status object, perhaps empty.
        code: HTTP status, or the Status object's own code in a watch.
        retry_after: the Retry-After header, seconds.
    """
    reason = str(status.get("reason") or "Unknown")
    message = str(status.get("message") or f"the API server answered {code}")
    if code == 429:
        return TooManyRequests(code, reason, message, _seconds(retry_after))
    if reason == "Expired":
        return Gone(code, reason, message)
    fallback = Unavailable if code >= 500 else ApiError
    return _BY_CODE.get(code, fallback)(code, reason, message)


def error_from_response(code: int, body: bytes, retry_after: str | None = None) -> ApiError:
    """The error that an HTTP answer stands for; the body may be anything."""
    try:
        decoded = orjson.loads(body)
    except orjson.JSONDecodeError:
        decoded = {}
    status = decoded if isinstance(decoded, dict) else {}
    return error_from_status(status, code, retry_after)


def _seconds(header: str | None) -> float:
    try:
        return min(max(float(header or 1), 0.0), 60.0)
    except ValueError:
        return 1.0

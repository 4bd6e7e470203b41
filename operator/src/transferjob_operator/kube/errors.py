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
        retry_after: seconds for which the server asks to be left alone; 0 where it asks for nothing.
    """

    def __init__(self, code: int, reason: str, message: str, retry_after: float = 0.0) -> None:
        super().__init__(f"{message} ({code} {reason})" if code else message)
        self.code = code
        self.reason = reason
        self.message = message
        self.retry_after = retry_after


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


class NotLeading(ApiError):
    """Nothing was sent: this process may not write any more."""

    def __init__(self) -> None:
        super().__init__(0, "NotLeading", "this process does not lead any more and writes nothing")


_BY_CODE: Mapping[int, type[ApiError]] = {
    400: Invalid,
    401: Forbidden,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    413: Invalid,
    422: Invalid,
    429: TooManyRequests,
}
_LONGEST_RETRY_AFTER = 60.0


def error_from_status(status: Mapping[str, Any], code: int, retry_after: str | None = None) -> ApiError:
    """The error that a Status object stands for.

    Args:
        status: the Status object, perhaps empty.
        code: HTTP status, or the Status object's own code in a watch.
        retry_after: the Retry-After header, seconds.
    """
    reason = str(status.get("reason") or "Unknown")
    message = str(status.get("message") or f"the API server answered {code}")
    if reason == "Expired":
        return Gone(code, reason, message)
    fallback = Unavailable if code >= 500 else ApiError
    return _BY_CODE.get(code, fallback)(code, reason, message, _wait(status, code, retry_after))


def error_from_response(code: int, body: bytes, retry_after: str | None = None) -> ApiError:
    """The error that an HTTP answer stands for; the body may be anything."""
    try:
        decoded = orjson.loads(body)
    except orjson.JSONDecodeError:
        decoded = {}
    status = decoded if isinstance(decoded, dict) else {}
    return error_from_status(status, code, retry_after)


def _wait(status: Mapping[str, Any], code: int, header: str | None) -> float:
    """Seconds that the header, or else the Status, asks for. Neither is trusted to be a sensible number."""
    details = status.get("details")
    asked = header or (details.get("retryAfterSeconds") if isinstance(details, Mapping) else None)
    fallback = 1.0 if code == 429 else 0.0
    try:
        seconds = float(asked or fallback)
    except (TypeError, ValueError):
        return fallback
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER) if seconds == seconds else fallback

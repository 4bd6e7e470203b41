"""Each answer becomes the class by which the caller goes on."""

import pytest

from transferjob_operator.kube import errors


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, errors.Invalid),
        (401, errors.Forbidden),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (410, errors.Gone),
        (413, errors.Invalid),
        (422, errors.Invalid),
        (429, errors.TooManyRequests),
        (500, errors.Unavailable),
        (503, errors.Unavailable),
    ],
)
def test_class_by_code(code: int, kind: type[errors.ApiError]) -> None:
    error = errors.error_from_response(code, b'{"kind": "Status", "reason": "R", "message": "what happened"}')
    assert type(error) is kind
    assert str(error) == f"what happened ({code} R)"


def test_a_body_that_is_no_status_is_survived() -> None:
    assert "502" in str(errors.error_from_response(502, b"<html>bad gateway"))
    assert isinstance(errors.error_from_response(404, b"[]"), errors.NotFound)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), (None, 1.0), ("soon", 1.0), ("-3", 0.0), ("9999", 60.0)])
def test_retry_after_is_read_and_bounded(header: str | None, seconds: float) -> None:
    error = errors.error_from_response(429, b"", header)
    assert isinstance(error, errors.TooManyRequests)
    assert error.retry_after == seconds

"""What the errors of the S3 client mean: asked again, denied, or not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from ..errors import InvalidSpec, RunFailure, StorageDenied, StorageUnavailable
from .certificate import certificate_failure
from .patience import NoAnswer

_BUSY = {"SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling", "RequestLimitExceeded"}
_DENIED = {
    "AccessDenied",
    "AllAccessDisabled",
    "AuthorizationHeaderMalformed",
    "ExpiredToken",
    "Forbidden",
    "InvalidAccessKeyId",
    "InvalidToken",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    # versitygw answers 404 with this code to an unknown access key.
    "XAdminUserNotFound",
}
_EXPIRED = "the credentials have expired"
_WHY = {
    "AccessDenied": "these keys have no right to it",
    "ExpiredToken": _EXPIRED,
    "InvalidAccessKeyId": "it does not know the access key",
    "RequestTimeTooSkewed": "this machine's clock and the storage's are too far apart",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key",
    "TokenRefreshRequired": _EXPIRED,
    "XAdminUserNotFound": "it does not know the access key",
}
_NO_ANSWER = (
    sdk.HTTPClientError,
    sdk.ConnectionError,
    sdk.IncompleteReadError,
    ResponseParserError,
    TimeoutError,
    ConnectionError,
)
_NO_KEYS = (sdk.NoCredentialsError, sdk.PartialCredentialsError, sdk.CredentialRetrievalError, sdk.TokenRetrievalError)
_LONGEST_DETAIL = 200


class Interpreter:
    """Turns errors of the S3 client into ours, for one bucket."""

    def __init__(self, bucket: str, absent: type[RunFailure], mask: Callable[[str], str]) -> None:
        self._bucket = bucket
        self._absent = absent
        self._mask = mask

    @contextmanager
    def asking(self, uri: str) -> Iterator[None]:
        """Around one request about a URI. Raises NoAnswer for what may pass, a RunFailure for what will not."""
        try:
            yield
        except sdk.ClientError as error:
            raise self._answer(error, uri) from error
        except _NO_KEYS as error:
            raise StorageDenied(
                f"{uri}: no credentials; name a Secret with them in secretRef (outside a cluster: the AWS variables)."
            ) from error
        except sdk.SSLError as error:
            raise certificate_failure(error, uri, "AWS_CA_BUNDLE") or NoAnswer(self._detail(error)) from error
        except _NO_ANSWER as error:
            raise NoAnswer(self._detail(error)) from error
        except (sdk.BotoCoreError, ValueError) as error:
            raise InvalidSpec(f"{uri}: {self._detail(error)}.") from error

    def _answer(self, error: sdk.ClientError, uri: str) -> Exception:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if status >= 500 or status == 429 or code in _BUSY:
            return NoAnswer(f"{status} {code}".strip())
        if code in ("NoSuchBucket", "InvalidBucketName"):
            return self._absent(f"{uri}: there is no bucket {self._bucket!r}.")
        if status in (401, 403) or code in _DENIED:
            why = f": {_WHY[code]}" if code in _WHY else ""
            return StorageDenied(f"{uri}: the storage refused the request ({status} {code}){why}.")
        if status == 404:
            return self._absent(f"{uri}: there is no such object.")
        return StorageUnavailable(f"{uri}: {self._detail(error)}.")

    def _detail(self, error: Exception) -> str:
        return self._mask(" ".join(str(error).split()))[:_LONGEST_DETAIL].rstrip(".")

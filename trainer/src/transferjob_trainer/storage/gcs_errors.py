"""What the errors of the Cloud Storage client mean: asked again, denied, or not there."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
import urllib3
from google.api_core.exceptions import GoogleAPICallError
from google.auth import exceptions as auth

from ..errors import InvalidSpec, RunFailure, StorageDenied, StorageUnavailable
from .certificate import certificate_failure
from .patience import NoAnswer

_NO_ADDRESS = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)
_NO_ANSWER = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    auth.TransportError,
    TimeoutError,
    ConnectionError,
)
_LONGEST_DETAIL = 200


class Interpreter:
    """Turns errors of the Cloud Storage client into ours, for one bucket."""

    def __init__(self, bucket: str, absent: type[RunFailure], mask: Callable[[str], str]) -> None:
        self._bucket, self._absent, self._mask = bucket, absent, mask
        self.anonymous = False
        """Whether requests carry no credentials, so that a refusal asks for some."""
        self.bucket_answers: Callable[[], bool] = lambda: True
        """Asked when something is not there: the server's words do not always tell an object from its bucket."""

    @contextmanager
    def asking(self, uri: str) -> Iterator[None]:
        """Around one request about a URI. Raises NoAnswer for what may pass, a RunFailure for what will not."""
        try:
            yield
        except GoogleAPICallError as error:
            raise self._answer(error, uri) from error
        except (auth.RefreshError, auth.DefaultCredentialsError) as error:
            raise self._no_identity(error, uri) from error
        except _NO_ADDRESS as error:
            raise InvalidSpec(f"{uri}: {self._detail(error)}.") from error
        except _NO_ANSWER as error:
            if failure := certificate_failure(error, uri, "REQUESTS_CA_BUNDLE"):
                raise failure from error
            raise NoAnswer(self._detail(error)) from error
        except (auth.GoogleAuthError, ValueError) as error:
            raise InvalidSpec(f"{uri}: {self._detail(error)}.") from error

    def _answer(self, error: GoogleAPICallError, uri: str) -> Exception:
        status = int(error.code or 0)
        if status >= 500 or status in (408, 429):
            return NoAnswer(str(status))
        if status in (401, 403) and self.anonymous:
            return StorageDenied(
                f"{uri}: no credentials ({status}); name a Secret with them in secretRef"
                " (outside a cluster: gcloud auth application-default login)."
            )
        if status in (401, 403):
            return StorageDenied(f"{uri}: the storage refused the request ({self._reason(error)}).")
        if status == 412:
            return StorageUnavailable(f"{uri}: it was replaced while it was read (412).")
        if status == 404 and self.bucket_answers():
            return self._absent(f"{uri}: there is no such object.")
        if status == 404:
            return self._absent(f"{uri}: there is no bucket {self._bucket!r}.")
        return StorageUnavailable(f"{uri}: {self._reason(error)}.")

    def _no_identity(self, error: auth.GoogleAuthError, uri: str) -> Exception:
        said = self._shortened(str(error.args[0]) if error.args else type(error).__name__)
        if error.retryable:
            return NoAnswer(said)
        return StorageDenied(f"{uri}: the credentials were not accepted ({said}).")

    def _reason(self, error: GoogleAPICallError) -> str:
        return self._shortened(f"{int(error.code or 0)} {error.message.partition(': ')[2] or error.message}")

    def _detail(self, error: Exception) -> str:
        return self._shortened(str(error))

    def _shortened(self, text: str) -> str:
        return self._mask(" ".join(text.split()))[:_LONGEST_DETAIL].rstrip(".")

"""One GET over TLS: redirects stay https and lead to no private address that nobody named."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from ..errors import RunFailure, StorageDenied, StorageUnavailable
from .patience import NoAnswer

MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_TIMEOUT_SECONDS = 60.0
_AGENT = "transferjob-trainer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server says before the content."""

    status: int
    headers: http.client.HTTPMessage
    body: http.client.HTTPResponse
    connection: http.client.HTTPSConnection

    def close(self) -> None:
        """Give the connection back."""
        self.body.close()
        self.connection.close()


class Requester:
    """Asks for one file, each time anew: an address or a redirect may change."""

    def __init__(self, uri: str, absent: type[RunFailure]) -> None:
        """Trusts the system's authorities, or those of the file that SSL_CERT_FILE names."""
        self._uri, self._absent = uri, absent
        self._context = ssl.create_default_context()

    def get(self, headers: Mapping[str, str]) -> Answer:
        """The answer with the content, after redirects.

        Raises:
            NoAnswer: to be asked again.
            StorageDenied: refused, a certificate that is not trusted, or a redirect to where none may lead.
            StorageUnavailable: an answer that makes no sense.
            The failure `absent`: there is no such file.
        """
        url, private = self._uri, False
        for hop in range(MAX_REDIRECTS + 1):
            answer, private = self._ask(urlsplit(url), headers, private_allowed=hop == 0 or private)
            if answer.status not in _REDIRECTS:
                return self._checked(answer)
            target = answer.headers.get("Location", "")
            answer.close()
            url = self._next(url, target)
        raise StorageDenied(f"{self._uri}: more than {MAX_REDIRECTS} redirects.")

    def _ask(self, url: SplitResult, headers: Mapping[str, str], *, private_allowed: bool) -> tuple[Answer, bool]:
        connection = _Connection(url, self._context)
        try:
            connection.connect()
            if connection.private and not private_allowed:
                raise StorageDenied(f"{self._uri}: the redirect to {url.hostname} leads to a private address.")
            connection.secure()
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("GET", path, headers={"User-Agent": _AGENT, "Accept-Encoding": "identity", **headers})
            body = connection.getresponse()
            return Answer(body.status, body.headers, body, connection), connection.private
        except BaseException as error:
            connection.close()
            if isinstance(error, ssl.SSLCertVerificationError):
                raise StorageDenied(
                    f"{self._uri}: the certificate of {url.hostname} is not trusted ({error.verify_message}); name a"
                    " file with its authority in SSL_CERT_FILE."
                ) from error
            if isinstance(error, (OSError, http.client.HTTPException)):
                raise NoAnswer(str(error) or type(error).__name__) from error
            raise

    def _next(self, url: str, target: str) -> str:
        try:
            parts = urlsplit(urljoin(url, target))
            _ = parts.port
        except ValueError:
            parts = SplitResult("", "", "", "", "")
        if not target or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
            # Not the target itself: it may be signed.
            where = parts.scheme or "nowhere"
            raise StorageDenied(f"{self._uri}: a redirect to {where}:// is not followed; only https:// is.")
        return parts.geturl()

    def _checked(self, answer: Answer) -> Answer:
        status = answer.status
        if status in (200, 206):
            return answer
        answer.close()
        if status >= 500 or status in (408, 425, 429):
            raise NoAnswer(str(status))
        if status in (401, 403):
            raise StorageDenied(f"{self._uri}: the server refused the request ({status}); no credentials are sent.")
        if status in (404, 410):
            raise self._absent(f"{self._uri}: there is no such file ({status}).")
        raise StorageUnavailable(f"{self._uri}: the server answered {status}.")


class _Connection(http.client.HTTPSConnection):
    """A connection whose address is known before anything is said over it."""

    def __init__(self, url: SplitResult, context: ssl.SSLContext) -> None:
        super().__init__(url.hostname or "", url.port or 443, timeout=_TIMEOUT_SECONDS, context=context)
        self._tls = context
        self.private = False

    def connect(self) -> None:
        """Reaches the server; nothing is said yet."""
        self.sock = socket.create_connection((self.host, self.port), self.timeout)
        self.private = _is_private(self.sock.getpeername()[0])

    def secure(self) -> None:
        """Begins TLS. Raises SSLError."""
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


def _is_private(address: str) -> bool:
    """Whether an address is one of this machine, of a local network or of a cloud's metadata service."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return not (inner or parsed).is_global

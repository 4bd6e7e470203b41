"""Where the API server is, who we are, and the pool of connections that follows from it; read anew when it is renewed.

The official client reads kubeconfig files and service accounts, re-reads a service account's token each minute and sets
up TLS and proxies. It reads an authority's file, a client certificate or a `tokenFile` only once, and all of these are
rotated under a process that lives for months: `Connections` reads everything again when the server does not know us any
more, or when we do not know the server.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

import urllib3
from kubernetes import config
from kubernetes.client import Configuration
from kubernetes.client.rest import RESTClientObject
from kubernetes.config.config_exception import ConfigException

from ..errors import ConnectionSettingsError
from .rest import Request
from .wire import Wire

CONNECT_TIMEOUT = 5.0
RENEWAL_PAUSE_SECONDS = 5.0
"""Shortest time between two readings of the files, so that a server that refuses us for good costs little."""

log = logging.getLogger(__name__)


def load_configuration(kubeconfig: str | None = None, context: str | None = None) -> Configuration:
    """Where the API server is and who we are, looked for as kubectl does.

    Args:
        kubeconfig: file; None means the files in KUBECONFIG, then the pod's service account, then ~/.kube/config.
        context: context of the kubeconfig; None means its current one.

    Raises:
        ConnectionSettingsError: none of them can be used.
    """
    configuration = Configuration()
    in_cluster = "KUBERNETES_SERVICE_HOST" in os.environ and not os.environ.get("KUBECONFIG")
    try:
        if kubeconfig is None and context is None and in_cluster:
            config.load_incluster_config(client_configuration=configuration)
        else:
            config.load_kube_config(config_file=kubeconfig, context=context, client_configuration=configuration)
    except (ConfigException, OSError) as error:
        raise ConnectionSettingsError(f"cannot tell how to reach the API server: {error}") from error
    return configuration


class Connection:
    """One pool of connections with the credentials of one reading of the files."""

    def __init__(self, configuration: Configuration, pool_size: int) -> None:
        configuration.connection_pool_maxsize = pool_size
        configuration.keep_alive = True
        self._configuration = configuration
        self.pool: urllib3.PoolManager = RESTClientObject(configuration).pool_manager
        self.host = str(configuration.host).rstrip("/")
        self.wire = Wire(configuration, pool_size, CONNECT_TIMEOUT) if _is_direct(configuration) else None
        """For short requests; None where something stands between us and the server that only the pool can pass."""

    def headers(self, request: Request, user_agent: str) -> dict[str, str]:
        """The headers of a request. Raises OSError when the token's file cannot be read."""
        headers = {"Accept": "application/json", "User-Agent": user_agent}
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        token = self._configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
        if token:
            headers["Authorization"] = token.strip()
        elif self._configuration.username:
            headers["Authorization"] = self._configuration.get_basic_auth_token()
        return headers

    def drop_idle(self) -> None:
        """Closes what nobody uses."""
        self.pool.clear()
        if self.wire is not None:
            self.wire.clear()


def _is_direct(configuration: Configuration) -> bool:
    return not configuration.proxy and configuration.assert_hostname is None


class Connections:
    """The connection of the moment. All methods may be called from any thread."""

    def __init__(
        self, configuration: Configuration, pool_size: int, reload: Callable[[], Configuration] | None = None
    ) -> None:
        """Makes the first connection.

        Args:
            configuration: what was read at the start.
            pool_size: most connections that are kept open.
            reload: reads it again; None keeps the first for ever.
        """
        self.current = Connection(configuration, pool_size)
        self._pool_size, self._reload = pool_size, reload
        self._lock = threading.Lock()
        self._renewed_at = float("-inf")

    def renew(self, used: Connection) -> bool:
        """Reads the files again, since this connection does not serve any more.

        Returns:
            Whether there is another connection than that one to try with.
        """
        with self._lock:
            if self.current is not used:
                return True
            if self._reload is None or time.monotonic() - self._renewed_at < RENEWAL_PAUSE_SECONDS:
                return False
            self._renewed_at = time.monotonic()
            try:
                self.current = Connection(self._reload(), self._pool_size)
            except ConnectionSettingsError as error:
                log.warning("credentials could not be read again: %s", error)
                return False
        used.drop_idle()
        log.info("credentials were read again")
        return True

    def drop_idle(self) -> None:
        """Closes connections that nobody uses: where one is dead the others are, too, and each would cost a timeout."""
        self.current.drop_idle()

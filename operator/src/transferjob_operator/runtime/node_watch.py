"""The watch of the cluster's nodes, which the operator can do without: where it may not read them, it says so once."""

from __future__ import annotations

import logging
import threading
from typing import Any

from ..kube import rest
from ..kube.client import KubeClient
from ..kube.errors import ApiError, Forbidden
from ..kube.reflector import Reflector

_RETRY_SECONDS = 10.0

log = logging.getLogger(__name__)


class NodeWatch:
    """Follows the nodes if the account may read them. Nobody waits for it: what is not known is not given up."""

    def __init__(self, client: KubeClient, reflector: Reflector[Any], *, wanted: bool) -> None:
        """Prepares.

        Args:
            client: asks whether nodes may be read.
            reflector: follows them.
            wanted: False where the administrator has turned it off.
        """
        self._client, self._reflector, self._wanted = client, reflector, wanted
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="nodes", daemon=True)

    def start(self) -> None:
        """Starts it in the background."""
        if self._wanted:
            self._thread.start()
        else:
            log.info("--node-lost-seconds is 0: pods on unreachable nodes are left alone")

    def stop(self, timeout: float) -> None:
        """Ends it within `timeout` seconds."""
        self._stopped.set()
        self._reflector.stop(timeout)

    def _run(self) -> None:
        while not self._stopped.is_set():
            allowed = self._allowed()
            if allowed:
                self._reflector.start()
            if allowed is not None:
                return
            self._stopped.wait(_RETRY_SECONDS)

    def _allowed(self) -> bool | None:
        """Whether nodes may be read; None while the API server does not say."""
        try:
            self._client.send(rest.list_page(rest.NODES, None, resource_version="0", limit=1))
        except Forbidden as error:
            log.warning("pods on unreachable nodes are left alone, since nodes may not be read: %s", error.message)
            return False
        except ApiError as error:
            log.debug("whether nodes may be read is not known yet: %s", error)
            return None
        return True

"""Creates many jobs as fast as an API server takes them, from a process of its own.

`python -m bench.operator.loader KUBECONFIG NAMESPACE KIND PREFIX COUNT` sends ready-made bodies over a few kept
connections, so that the load costs the two cores as little as it can.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from bench.operator.manifests import KINDS, manifest

CONNECTIONS = 4


def load(kubeconfig: Path, namespace: str, kind: str, prefix: str, count: int, deadline: float = 600.0) -> None:
    """Creates `count` jobs PREFIX-0, PREFIX-1, ... of a kind of `manifests`.

    Raises:
        CalledProcessError: one is refused.
    """
    command = [sys.executable, "-m", __spec__.name, str(kubeconfig), namespace, kind, prefix, str(count)]
    subprocess.run(command, check=True, timeout=deadline)


def _connection(kubeconfig: Path) -> http.client.HTTPSConnection:
    config = yaml.safe_load(kubeconfig.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    context = ssl.create_default_context(cadata=authority)
    with tempfile.NamedTemporaryFile() as pair:
        pair.write(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
        pair.flush()
        context.load_cert_chain(pair.name)
    address = urlsplit(cluster["server"])
    return http.client.HTTPSConnection(str(address.hostname), address.port, context=context)


def _send(kubeconfig: Path, path: str, bodies: list[bytes], refused: list[str]) -> None:
    connection = _connection(kubeconfig)
    for body in bodies:
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != http.client.CREATED:
            refused.append(f"{answer.status}: {text[:300]!r}")
            return


def main() -> int:
    """Sends; 1 when something was refused."""
    kubeconfig, (namespace, kind, prefix), count = Path(sys.argv[1]), sys.argv[2:5], int(sys.argv[5])
    bodies = [json.dumps(manifest(kind, f"{prefix}-{number}")).encode() for number in range(count)]
    path = KINDS[kind].path(namespace)
    refused: list[str] = []
    threads = [
        threading.Thread(target=_send, args=(kubeconfig, path, bodies[start::CONNECTIONS], refused))
        for start in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for sentence in refused:
        print(f"the API server refused a job: {sentence}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())

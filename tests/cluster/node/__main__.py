"""`python -m tests.cluster.node`: a local node until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import signal
import sys
import tempfile
from pathlib import Path

import httpx

from tests.cluster.node.addresses import NoAddressError
from tests.cluster.node.agent import Agent, NodeError, Settings
from tests.cluster.node.client import ApiError
from tests.cluster.node.fields import FieldError
from tests.cluster.node.kubeconfig import KubeconfigError
from tests.cluster.node.registration import NATURE, capacity
from tests.cluster.node.script import ScriptError, parse_script


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster.node", description=f"A {NATURE}.")
    add = parser.add_argument
    add("--kubeconfig", type=Path, required=True, help="of someone who may create volumes and delete the node")
    add("--node-kubeconfig", type=Path, help="of system:node:NAME; default: --kubeconfig")
    add("--name", required=True, help="the node's name")
    add("--cpu", default="4", help="CPUs offered, a quantity (default: %(default)s)")
    add("--memory", default="16Gi", help="memory offered, a quantity (default: %(default)s)")
    add("--gpus", type=int, default=0, help="nvidia.com/gpu offered (default: %(default)s)")
    add("--pods", type=int, default=110, help="pods at most (default: %(default)s)")
    add("--label", action="append", default=[], metavar="KEY=VALUE", help="a label of the node; may be repeated")
    add("--root", type=Path, help="its own folder, removed at the end if it was made here; default: a temporary one")
    add("--claims", type=Path, help="folder of the claims' data, CLAIMS/NAMESPACE/CLAIM; default: inside --root")
    add("--address", help="its address, 127.N.0.1; default: a free one")
    add("--certificate", type=Path, help="serving certificate for that address, PEM; without it there are no logs")
    add("--key", type=Path, help="key of --certificate, PEM")
    add("--heartbeat-seconds", type=float, default=10, help="between two heartbeats (default: %(default)s)")
    add("--scripted-default", metavar="JSON", help="play this script for pods without one: nothing is run")
    return parser


def settings(options: argparse.Namespace) -> Settings:
    """From the command line to settings; raises ScriptError."""
    root: Path = options.root or Path(tempfile.gettempdir()) / f"local-node-{options.name}-{secrets.token_hex(4)}"
    return Settings(
        kubeconfig=options.kubeconfig,
        node_kubeconfig=options.node_kubeconfig or options.kubeconfig,
        name=options.name,
        capacity=capacity(options.cpu, options.memory, options.gpus, options.pods),
        labels=dict(label.partition("=")[::2] for label in options.label),
        root=root.absolute(),
        claims=(options.claims or root / "claims").absolute(),
        address=options.address,
        certificate=options.certificate,
        key=options.key,
        heartbeat_seconds=options.heartbeat_seconds,
        scripted_default=None if options.scripted_default is None else parse_script(options.scripted_default),
    )


def main() -> int:
    """Entry point."""
    try:
        asyncio.run(_run(settings(arguments().parse_args())))
    except (NodeError, NoAddressError, KubeconfigError, ScriptError, FieldError, ApiError) as error:
        print(f"local node: {error}", file=sys.stderr)
        return 1
    except httpx.HTTPError as error:
        print(f"local node: the API server does not answer: {error}", file=sys.stderr)
        return 1
    return 0


async def _run(given: Settings) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await Agent(given).run(stop)


if __name__ == "__main__":
    sys.exit(main())

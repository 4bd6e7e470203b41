"""`python -m transferjob_trainer.serve --model URI`: serves a published model until it is interrupted."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence

from ..errors import RunFailure
from ..quiet import quiet_start
from ..tensorflow_setup import prepare_environment
from .classifier import Classifier
from .handler import Handler
from .server import Server

_INTERRUPTED = 130
_STDIN = 0
_BAD_ADDRESS = 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves; 130 after an interruption, the exit code of the failure and a sentence where there is no model."""
    given = _arguments(arguments)
    try:
        server = Server(given.host, given.port, Handler)  # an address that is taken is told before minutes of loading
    except (OSError, OverflowError, UnicodeError) as error:
        sys.stderr.write(f"Cannot listen on {given.host}:{given.port}: {getattr(error, 'strerror', None) or error}.\n")
        return _BAD_ADDRESS
    try:
        with server:
            return _served(server, given)
    except RunFailure as error:
        sys.stderr.write(f"{error.message}\n")
        return int(error.code)
    except KeyboardInterrupt:
        return _INTERRUPTED


def _served(server: Server, given: argparse.Namespace) -> int:
    from ..predict.model import open_model

    prepare_environment()
    if given.until_stdin_closes:
        threading.Thread(target=_await_end, args=(server,), daemon=True).start()
    with open_model(given.model, os.environ, prefer="SavedModel") as model:
        with quiet_start(gpus=False):
            classifier = Classifier(model, given.model, given.top)
            classifier.warm()
        print(server.url, flush=True)
        server.serve(classifier)
    return 0


def _await_end(server: Server) -> None:
    """Whoever started this holds the other end, so the server does not outlive it, however it ends."""
    while os.read(_STDIN, 1 << 10):  # not through sys.stdin, whose lock a thread may not hold at the end
        pass
    server.end()


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("transferjob-serve", description="Serves a published model.")
    parser.add_argument("--model", required=True, metavar="URI", help="a result's folder, its .keras or its SavedModel")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8080, help="0: one that is free")
    parser.add_argument("--top", type=int, default=5, help="classes a picture")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when standard input does")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

"""`python -m transferjob_trainer.fetch --model URI --into FOLDER NAME...`: copies files of a published result."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .contract import environment as names
from .contract.uri import WEIGHTS_SCHEMES, InvalidURI, parse_uri
from .errors import InvalidSpec, RunFailure, WeightsUnavailable
from .storage import Credentials, Storage, open_storage

_PATIENCE_SECONDS = 20.0


def fetched(uri: str, files: Sequence[str], into: Path, env: Mapping[str, str]) -> Iterator[str]:
    """Names of the files that are there; each is written to a folder.

    Raises:
        RunFailure: the URI is none, nothing is there, or its storage says no.
    """
    storage = _storage(uri, env)
    for name in files:
        if storage.exists(name):
            storage.download(name, into / Path(name).name)
            yield name


def _storage(uri: str, env: Mapping[str, str]) -> Storage:
    try:
        location = parse_uri(uri.rstrip("/"), WEIGHTS_SCHEMES)
    except InvalidURI as error:
        raise InvalidSpec(f"The URI of the model {error}.") from error
    claims = env.get(names.CLAIMS_ROOT)
    return open_storage(
        location,
        Credentials.from_environment(names.OUTPUT_PREFIX, env),
        claims_root=Path(claims) if claims else None,
        absent=WeightsUnavailable,
        patience_seconds=_PATIENCE_SECONDS,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the names of what was there as JSON; the exit code of the failure and a sentence otherwise."""
    parser = argparse.ArgumentParser("transferjob-fetch", description="Copies files of a published result.")
    parser.add_argument("--model", required=True, metavar="URI", help="a result's folder")
    parser.add_argument("--into", required=True, type=Path, metavar="FOLDER")
    parser.add_argument("files", nargs="+", metavar="NAME")
    given = parser.parse_args(arguments)
    try:
        found = list(fetched(given.model, given.files, given.into, os.environ))
    except RunFailure as error:
        sys.stderr.write(f"{error.message}\n")
        return int(error.code)
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

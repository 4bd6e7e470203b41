"""What a run is told by arguments and environment: every path it uses comes from here."""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .contract import environment as names
from .contract.build import describe
from .contract.progress import ENDPOINT_PORT
from .storage import Credentials
from .versions import PACKAGES

MAX_PORT = 65_535
DEFAULT_GRACE_SECONDS = 120.0
"""The default of run.terminationGracePeriodSeconds."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Where the run file is, where things go, and who we are."""

    run_file: Path
    pod_uid: str
    address: str
    port: int
    claims_root: Path | None
    scratch: Path
    keras_home: Path | None
    """Where keras:// datasets and ImageNet weights are; None: .keras in the home folder."""
    imagenet_mirror: str | None
    """URI of a folder with ImageNet weights; None: Keras downloads them."""
    termination_log: Path | None
    grace_seconds: float
    """From being told to end to being killed."""
    stall_seconds: float | None
    """Without any movement, after which the run is ended; None: by stage."""
    workers: str | None
    """Number of pods of the attempt, as the environment has it."""
    peers: str | None
    """Where they are, likewise."""
    worker_index: str | None
    """Which of them this is, likewise."""
    dataset_credentials: Credentials
    output_credentials: Credentials

    def mask(self, text: str) -> str:
        """The text without any secret of the two storages."""
        return self.output_credentials.mask(self.dataset_credentials.mask(text))


def read_settings(arguments: Sequence[str], env: Mapping[str, str]) -> RunSettings:
    """The settings from arguments, then environment, then defaults; SystemExit for unknown ones and `--version`."""
    parser = argparse.ArgumentParser("transferjob-trainer", description="Runs one transfer learning job.")
    parser.add_argument(
        "--run", type=Path, default=Path(names.RUN_FILE_MOUNT, names.RUN_FILE_NAME), help="the run file"
    )
    parser.add_argument(
        "--listen", type=_endpoint, default=None, metavar="IP[:PORT]", help="address of the progress endpoint"
    )
    parser.add_argument("--termination-log", type=Path, default=None, help="file for the termination message")
    parser.add_argument(
        "--stall-seconds",
        type=_positive,
        default=None,
        metavar="SECONDS",
        help="ends the run when nothing moves for so long; default: nine minutes in most stages",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the versions of this build")
    given = parser.parse_args(arguments)
    address, port = given.listen or (env.get(names.POD_IP) or "127.0.0.1", ENDPOINT_PORT)
    claims = env.get(names.CLAIMS_ROOT)
    return RunSettings(
        run_file=given.run,
        pod_uid=env.get(names.POD_UID, "local"),
        address=address,
        port=port,
        claims_root=Path(claims) if claims else None,
        scratch=Path(env.get(names.SCRATCH, tempfile.gettempdir())),
        keras_home=Path(env[names.KERAS_HOME]) if env.get(names.KERAS_HOME) else None,
        imagenet_mirror=env.get(names.IMAGENET_MIRROR) or None,
        termination_log=given.termination_log or _default_termination_log(),
        grace_seconds=_number(env.get(names.GRACE_SECONDS)) or DEFAULT_GRACE_SECONDS,
        stall_seconds=given.stall_seconds,
        workers=env.get(names.WORKERS),
        peers=env.get(names.PEERS),
        worker_index=env.get(names.COMPLETION_INDEX),
        dataset_credentials=Credentials.from_environment(names.DATASET_PREFIX, env),
        output_credentials=Credentials.from_environment(names.OUTPUT_PREFIX, env),
    )


class _Version(argparse.Action):
    """Prints at once and ends; argparse's own would fold the lines into one."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(describe(PACKAGES[1:]))
        parser.exit()


def _endpoint(text: str) -> tuple[str, int]:
    address, _, port = text.partition(":")
    number = int(port) if port.isascii() and port.isdigit() else None if port else ENDPOINT_PORT
    if not address or number is None or number > MAX_PORT:
        raise argparse.ArgumentTypeError(f"must be IP or IP:PORT with a port up to {MAX_PORT}, got {text!r}")
    return address, number


def _positive(text: str) -> float:
    number = _number(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"must be a positive number of seconds, got {text!r}")
    return number


def _number(text: str | None) -> float | None:
    """A positive number, or None for what is none."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 < number < math.inf else None


def _default_termination_log() -> Path | None:
    """The kubelet makes the file; where there is none, nobody reads it."""
    path = Path(names.TERMINATION_LOG)
    return path if path.is_file() else None

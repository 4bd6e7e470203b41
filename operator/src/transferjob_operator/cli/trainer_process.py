"""Asks the trainer, in a process of its own: what it knows of runs and datasets is told by it alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transferjob_trainer.contract.environment import CREDENTIAL_KEYS, DATASET_PREFIX, OUTPUT_PREFIX

from .errors import CliError, refused, usage

PREVIEW = "transferjob_trainer.preview"
DATASET = "transferjob_trainer.preview.dataset"
PREDICT = "transferjob_trainer.predict"
SERVE = "transferjob_trainer.serve"
FETCH = "transferjob_trainer.fetch"
TRAINER = "transferjob_trainer"
_GRACE_SECONDS = 15.0


def ask_trainer(module: str, *arguments: str, env: Mapping[str, str] | None = None) -> Any:
    """What a module of the trainer prints as JSON.

    Raises:
        CliError: the module's own sentence, or that the trainer is not installed.
    """
    with started(module, *arguments, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        told, errors = process.communicate()
    if process.returncode != 0:
        raise failure(errors.decode(errors="replace"))
    return json.loads(told.splitlines()[-1])


@contextmanager
def started(
    module: str,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    end: signal.Signals = signal.SIGINT,
    grace: float = _GRACE_SECONDS,
    own_group: bool = True,
    **streams: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """A module of the trainer that does not outlive the block.

    Args:
        module: its name.
        arguments: of its command line.
        env: its environment; None: that of `trainer_env`.
        end: the signal that has it clean up, when the block ends before it does.
        grace: seconds for that; it is killed afterwards, or at the second Ctrl-C.
        own_group: whether the terminal's Ctrl-C passes it by, so that it is told once, by us.
        streams: stdin, stdout and stderr as of Popen.
    """
    run = [sys.executable, "-m", module, *arguments]
    group = 0 if own_group else None
    process: subprocess.Popen[bytes] = subprocess.Popen(run, env=env or trainer_env(), process_group=group, **streams)
    try:
        yield process
    finally:
        if process.poll() is None:
            _end(process, end, grace)


def _end(process: subprocess.Popen[bytes], how: signal.Signals, grace: float) -> None:
    try:
        process.send_signal(how)
        process.wait(grace)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        process.wait()


def failure(errors: str) -> CliError:
    """The last line that a module of the trainer wrote to standard error."""
    if "ModuleNotFoundError" in errors:
        return refused("The trainer is not installed here; install it with: pip install 'transferjob[trainer]'")
    lines = errors.strip().splitlines()
    return refused(lines[-1] if lines else "The trainer ended without a word.")


def trainer_env(claims: str | None = None) -> dict[str, str]:
    """This process' environment, with the usual variables of storages under the names that the trainer reads."""
    env = dict(os.environ)
    for prefix in (DATASET_PREFIX, OUTPUT_PREFIX):
        for key in CREDENTIAL_KEYS:
            if key in env:
                env.setdefault(f"{prefix}{key}", env[key])
    if claims is not None:
        env["TRANSFERJOB_CLAIMS_ROOT"] = claims
    return env


def env_for(uri: str, claims: Path | None) -> dict[str, str]:
    """The trainer's environment for reading a URI. Raises CliError (usage) for a claim that is not mounted here."""
    if uri.startswith("pvc://") and claims is None:
        raise usage(f"{uri} lies on a claim; give the folder where claims are mounted here with --claims.")
    return trainer_env(str(claims.resolve()) if claims else None)

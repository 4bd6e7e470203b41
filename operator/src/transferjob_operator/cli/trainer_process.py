"""Asks the trainer, in a process of its own: what it knows of runs and datasets is told by it alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from transferjob_trainer.contract.environment import CREDENTIAL_KEYS, DATASET_PREFIX, OUTPUT_PREFIX

from .errors import CliError, refused

PREVIEW = "transferjob_trainer.preview"
DATASET = "transferjob_trainer.preview.dataset"
PREDICT = "transferjob_trainer.predict"


def ask_trainer(module: str, *arguments: str, env: Mapping[str, str] | None = None) -> Any:
    """What a module of the trainer prints as JSON.

    Raises:
        CliError: the module's own sentence, or that the trainer is not installed.
    """
    run = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(run, capture_output=True, text=True, env=env or trainer_env(), check=False)
    if done.returncode != 0:
        raise failure(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


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

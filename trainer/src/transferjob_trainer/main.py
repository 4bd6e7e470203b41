"""The process around a run: endpoint, signals, and an exit code with a termination message for every way to end."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence

from .contract.exit_codes import ExitCode
from .contract.termination import Termination
from .errors import Crash, OutOfGPUMemory, Preempted, RunFailure
from .log import RunLog
from .progress_board import ProgressBoard
from .progress_server import serving
from .run import run
from .settings import RunSettings, read_settings
from .signals import Terminated, end_on_sigterm, ignore_sigterm
from .termination import failure, success, write_termination

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None, env: Mapping[str, str] | None = None) -> int:
    """Runs the trainer and returns its exit code (contract.exit_codes; 130 after Ctrl-C)."""
    settings = read_settings(sys.argv[1:] if arguments is None else arguments, os.environ if env is None else env)
    log = RunLog(settings.mask)
    end_on_sigterm()
    try:
        ended, code = _attempt(settings, log), ExitCode.DONE
    except RunFailure as error:
        ended, code = _failed(error, log), error.code
    except Terminated:
        told = Preempted("told to end by SIGTERM before the run was done; the next attempt starts from the beginning")
        ended, code = _failed(told, log), told.code
    except KeyboardInterrupt:
        log.say("interrupted")
        return INTERRUPTED
    ignore_sigterm()
    _leave(ended, settings, log)
    return int(code)


def _leave(ended: Termination, settings: RunSettings, log: RunLog) -> None:
    try:
        write_termination(settings.termination_log, ended)
    except OSError as error:
        log.say(f"the termination message cannot be written to {settings.termination_log}: {error.strerror}")


def _attempt(settings: RunSettings, log: RunLog) -> Termination:
    board = ProgressBoard(settings.pod_uid)
    try:
        with serving(board, settings.address, settings.port):
            return success(run(settings, board, log))
    except RunFailure:
        raise
    except Exception as error:
        raise _named(error, log) from error


def _named(error: Exception, log: RunLog) -> RunFailure:
    """A failure that has no name of its own: the traceback goes to the log, one sentence to the status."""
    log.say("".join(traceback.format_exception(error)))
    first = (str(error).strip().splitlines() or [""])[0][:300]
    if type(error).__name__ == "ResourceExhaustedError":
        return OutOfGPUMemory(f"the model and batch do not fit the memory; lower training.batchSize or input ({first})")
    return Crash(f"{type(error).__name__}: {first}")


def _failed(error: RunFailure, log: RunLog) -> Termination:
    log.say(f"{error.reason}: {error.message}")
    return failure(error.code, log.mask(error.message), log.tail())

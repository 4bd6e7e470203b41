"""The process around a run: endpoint, signals, and an exit code with a termination message for every way to end."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence

from .checks import read_run_file
from .contract.exit_codes import ExitCode
from .contract.progress import Progress
from .contract.termination import Termination
from .disk import is_full
from .distribute.chief import is_chief
from .ending import Ending
from .errors import Crash, OutOfGPUMemory, Preempted, RunFailure, Stalled, StorageUnavailable
from .log import RunLog
from .progress_board import ProgressBoard
from .progress_server import serving
from .settings import RunSettings, read_settings
from .signals import Terminated, end_on_sigterm, ignore_sigterm
from .termination import failure, success
from .watchdog import watching

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None, env: Mapping[str, str] | None = None) -> int:
    """Runs the trainer and returns its exit code (contract.exit_codes; 130 after Ctrl-C)."""
    settings = read_settings(sys.argv[1:] if arguments is None else arguments, os.environ if env is None else env)
    log = RunLog(settings.mask)
    board = ProgressBoard(settings.pod_uid)
    ending = Ending(settings.termination_log, log)
    end_on_sigterm()
    try:
        ended, code = _attempt(settings, board, log, ending), ExitCode.DONE
    except RunFailure as error:
        ended, code = _failed(error, board, log), error.code
    except Terminated:
        told = Preempted(f"told to end by SIGTERM before the run was done; {_what_is_next(board.read(), settings)}")
        ended, code = _failed(told, board, log), told.code
    except KeyboardInterrupt:
        log.say("interrupted")
        return INTERRUPTED
    ignore_sigterm()
    ending.tell(ended)
    return int(code)


def _attempt(settings: RunSettings, board: ProgressBoard, log: RunLog, ending: Ending) -> Termination:
    def stalled(progress: Progress, seconds: float) -> None:
        _end_stalled(progress, seconds, settings, board, log, ending)

    try:
        with serving(board, settings.address, settings.port), watching(board, stalled, settings.stall_seconds):
            job = read_run_file(settings.run_file)
            # Half a second of imports, which a run file that is refused does not wait for.
            from .run import run

            return success(run(job, settings, board, log))
    except RunFailure:
        raise
    except Exception as error:
        raise _named(error, settings, log) from error


def _end_stalled(
    progress: Progress, seconds: float, settings: RunSettings, board: ProgressBoard, log: RunLog, ending: Ending
) -> None:
    """In the watchdog's thread: the main one hangs and cannot be asked."""
    place = "" if progress.epoch is None else f", epoch {progress.epoch}, step {progress.step}"
    error = Stalled(
        f"nothing moved for {seconds:.0f} s in stage {progress.stage}{place};"
        f" the log holds the stacks of all threads; {_what_is_next(progress, settings)}"
    )
    ending.tell(_failed(error, board, log))
    sys.stdout.flush()
    os._exit(error.code)


def _what_is_next(progress: Progress, settings: RunSettings) -> str:
    if not is_chief(settings):
        return "worker 0 keeps the checkpoints, and its message names the one that the next attempt goes on from"
    kept = progress.checkpoint
    if kept is None:
        return "there is no checkpoint yet, so the next attempt starts from the beginning"
    return f"the next attempt goes on from the checkpoint of epoch {kept.epoch}, step {kept.step}"


def _named(error: Exception, settings: RunSettings, log: RunLog) -> RunFailure:
    """A failure that has no name of its own, but for a full disk: traceback to the log, a sentence to the status."""
    if is_full(error):
        return StorageUnavailable(
            f"the scratch folder {settings.scratch} is full (No space left on device); give the pod more ephemeral"
            " storage, or a volume of its own there"
        )
    log.say("".join(traceback.format_exception(error)))
    first = (str(error).strip().splitlines() or [""])[0][:300]
    if type(error).__name__ == "ResourceExhaustedError":
        return OutOfGPUMemory(f"the model and batch do not fit the memory; lower training.batchSize or input ({first})")
    return Crash(f"{type(error).__name__}: {first}")


def _failed(error: RunFailure, board: ProgressBoard, log: RunLog) -> Termination:
    log.say(f"{error.reason}: {error.message}")
    return failure(error.code, log.mask(error.message), log.tail(), board.read().checkpoint)

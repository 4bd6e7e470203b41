"""`python -m transferjob_trainer.advise --run FILE --result FILE`: advice alone, as JSON; nothing is published."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from ..checks import read_run_file
from ..contract.advice import AdviceReport
from ..contract.run_file import RunFile
from ..errors import Crash, RunFailure
from ..log import RunLog
from ..materials import built_backbone, fetched_weights, listed_dataset, scratch_folder
from ..settings import RunSettings, read_settings
from ..tensorflow_setup import start_tensorflow
from ..weights import load_weights
from .advise import advise
from .listener import Listener

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the advice; the exit code of a failure and a sentence on standard error otherwise; 130 after Ctrl-C."""
    parser = argparse.ArgumentParser("transferjob-advise", description="Advises on the freeze count of a run.")
    parser.add_argument("--run", type=Path, required=True, help="the run file")
    parser.add_argument("--result", type=Path, required=True, help="file for the advice")
    parser.add_argument("--quick", action="store_true", help="from probes alone, without short trainings")
    given = parser.parse_args(arguments)
    settings = read_settings(["--run", str(given.run)], os.environ)
    log = RunLog(settings.mask)
    try:
        run = read_run_file(given.run)
        report = advice(run, settings, log, quick=given.quick)
    except RunFailure as error:
        sys.stderr.write(f"{log.mask(error.message)}\n")
        return int(error.code)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        log.say("".join(traceback.format_exception(error)))
        sys.stderr.write(f"{type(error).__name__}: {log.mask(str(error))[:300]}\n")
        return int(Crash.code)
    given.result.write_text(report.model_dump_json(by_alias=True, exclude_none=True))
    return 0


def advice(run: RunFile, settings: RunSettings, log: RunLog, *, quick: bool) -> AdviceReport:
    """The advice for a run file; raises RunFailure in one of its kinds."""
    with scratch_folder(settings.scratch) as scratch:
        weights = fetched_weights(run, settings, scratch)
        log.say(start_tensorflow(run.gpus, deterministic=bool(run.training.deterministic)))
        backbone = built_backbone(run, weights)
        with listed_dataset(run, settings, scratch, log) as opened:
            if weights is not None:
                load_weights(backbone, weights, run.backbone)
            return advise(run, backbone, opened, Listener(log.say), quick=quick)


if __name__ == "__main__":
    sys.exit(main())

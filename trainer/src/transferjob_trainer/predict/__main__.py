"""`python -m transferjob_trainer.predict --model URI IMAGE...`: prints what the model says of each picture as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import RunFailure
from ..quiet import quiet_start
from ..tensorflow_setup import prepare_environment
from .answers import answers
from .model import open_model


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a list; the exit code of the failure and a sentence on standard error where there is no model."""
    parser = argparse.ArgumentParser("transferjob-predict", description="Classifies pictures with a published model.")
    parser.add_argument("--model", required=True, metavar="URI", help="a result's folder, its .keras or its SavedModel")
    parser.add_argument("--top", type=int, default=3, help="classes a picture")
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    given = parser.parse_args(arguments)
    prepare_environment()
    try:
        # TensorFlow is imported when the model is found, not before.
        with quiet_start(gpus=False), open_model(given.model, os.environ) as model:
            documents = list(answers(model, given.images, given.top))
    except RunFailure as error:
        sys.stderr.write(f"{error.message}\n")
        return int(error.code)
    sys.stdout.write(json.dumps(documents) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

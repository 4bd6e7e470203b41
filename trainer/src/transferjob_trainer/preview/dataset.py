"""`python -m transferjob_trainer.preview.dataset`: lists a dataset as a run would and prints its classes as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..contract import environment as names
from ..contract.dataset import DatasetSpec
from ..contract.image_input import ResizeSpec
from ..data import PictureFormat, open_dataset
from ..errors import DatasetInvalid, RunFailure
from ..storage import Credentials, open_storage

_SIDE = 32
"""Nothing is decoded; the format wants a size."""
_PATIENCE_SECONDS = 10.0


def dataset_document(spec: DatasetSpec, env: Mapping[str, str]) -> dict[str, Any]:
    """Classes with their number of pictures.

    Raises:
        RunFailure: the dataset cannot be trained on, or its storage says no.
    """
    claims = env.get(names.CLAIMS_ROOT)
    storage = partial(
        open_storage,
        credentials=Credentials.from_environment(names.DATASET_PREFIX, env),
        claims_root=Path(claims) if claims else None,
        absent=DatasetInvalid,
        patience_seconds=_PATIENCE_SECONDS,
    )
    with (
        tempfile.TemporaryDirectory(prefix="transferjob-") as scratch,
        open_dataset(
            spec, PictureFormat(_SIDE, _SIDE, ResizeSpec()), seed=0, storage_factory=storage, scratch=Path(scratch)
        ) as opened,
    ):
        layout = opened.catalogue.layout
        counts = Counter(layout.labels.values())
        return {
            "uri": spec.uri,
            "pictures": len(layout.labels),
            "classes": {name: counts[index] for index, name in enumerate(layout.classes)},
            "ignored": layout.ignored,
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the document; the exit code of the failure and a sentence on standard error otherwise."""
    parser = argparse.ArgumentParser("transferjob-dataset", description="Lists a dataset.")
    parser.add_argument("--dataset", required=True, help="spec.dataset as JSON")
    given = parser.parse_args(arguments)
    try:
        document = dataset_document(DatasetSpec.model_validate_json(given.dataset), os.environ)
    except ValidationError as error:
        sys.stderr.write(f"spec.dataset: {error.errors()[0]['msg'].removeprefix('Value error, ')}\n")
        return 64
    except RunFailure as error:
        sys.stderr.write(f"{error.message}\n")
        return int(error.code)
    sys.stdout.write(json.dumps(document) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

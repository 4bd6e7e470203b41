"""Standard error without the lines that TensorFlow's C++ writes there whatever the log level is."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# absl writes its own lines to standard error until it is initialized, which TensorFlow never does.
NOISE = re.compile(
    rb"^(I\d{4} [\d:.]+ +\d+ |WARNING: All log messages before absl::InitializeLog\(\)|\s*$)"
    rb"|oneDNN custom operations are on|Could not find cuda drivers on your machine"
)
NO_DRIVER = re.compile(rb"failed call to cuInit")
_STANDARD_ERROR = 2


@contextmanager
def quiet_start(*, gpus: bool) -> Iterator[None]:
    """Holds back what C++ writes to standard error in the body, and lets through afterwards what is no noise.

    Args:
        gpus: whether a GPU was asked for: then a driver that does not answer is news.
    """
    sys.stderr.flush()
    kept = os.dup(_STANDARD_ERROR)
    held = os.memfd_create("stderr")
    os.dup2(held, _STANDARD_ERROR)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, _STANDARD_ERROR)
        os.close(kept)
        os.lseek(held, 0, os.SEEK_SET)
        with os.fdopen(held, "rb") as lines:
            os.write(_STANDARD_ERROR, b"".join(line for line in lines if not _is_noise(line, gpus=gpus)))


def _is_noise(line: bytes, *, gpus: bool) -> bool:
    return bool(NOISE.search(line)) or (not gpus and bool(NO_DRIVER.search(line)))

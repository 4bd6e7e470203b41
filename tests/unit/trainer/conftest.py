"""TensorFlow reads its environment when it is imported, which test modules do too."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from transferjob_trainer.tensorflow_setup import prepare_environment

prepare_environment()


@pytest.fixture(scope="session")
def tensorflow() -> Any:
    """TensorFlow, imported with the trainer's environment."""
    import tensorflow

    return tensorflow


@pytest.fixture(autouse=True)
def _sigterm_as_before() -> Iterator[None]:
    """A run leaves SIGTERM ignored, which every process that a later test starts would inherit."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)

"""TensorFlow reads its environment when it is imported, which test modules do too."""

from typing import Any

import pytest

from transferjob_trainer.tensorflow_setup import prepare_environment

prepare_environment()


@pytest.fixture(scope="session")
def tensorflow() -> Any:
    """TensorFlow, imported with the trainer's environment."""
    import tensorflow

    return tensorflow

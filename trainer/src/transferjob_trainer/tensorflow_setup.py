"""Brings TensorFlow up: its environment before the import, threads from the cgroup, and the GPUs asked for."""

from __future__ import annotations

import os

from .container import cores
from .container.limits import describe_limits
from .errors import GPUNotVisible
from .quiet import quiet_start


def prepare_environment() -> None:
    """Sets what TensorFlow reads at import, where the user has not.

    oneDNN is off by default on processors without AVX-512, where gradients of convolutions on small maps are then
    50 to 100 times slower.
    """
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, str(cores()))


def start_tensorflow(gpus: int, *, deterministic: bool = False) -> str:
    """Imports TensorFlow with the threads that the cgroup gives, and checks the GPUs.

    Deterministic operations add up in one order whatever the threads do; a GPU pays for that with speed.

    Returns a line for the log. Raises GPUNotVisible when fewer GPUs are seen than were asked for.
    """
    prepare_environment()
    with quiet_start(gpus=gpus > 0):
        import keras
        import tensorflow as tf

        visible = len(tf.config.list_physical_devices("GPU"))
    if visible < gpus:
        raise GPUNotVisible(
            f"{gpus} GPU(s) were asked for and TensorFlow sees {visible};"
            " check the node's driver and the image's CUDA build"
        )
    if deterministic:
        tf.config.experimental.enable_op_determinism()
    threads = os.environ["TF_NUM_INTRAOP_THREADS"]
    return (
        f"TensorFlow {tf.__version__}, Keras {keras.__version__}, {threads} threads, {visible} GPU(s);"
        f" {describe_limits()}"
    )

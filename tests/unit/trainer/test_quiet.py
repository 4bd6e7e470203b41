"""TensorFlow starts without noise, and nothing else is held back."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from transferjob_trainer.quiet import quiet_start

NOISE = b"I0000 00:00:1795532119.865200   13319 port.cc:153] oneDNN custom operations are on.\n"
NO_DRIVER = b"E0000 00:00:1795532122.560467   13319 cuda_platform.cc:52] failed call to cuInit: UNKNOWN ERROR (303)\n"
REAL = b"E0000 00:00:1795532122.560467   13319 x.cc:1] CUDA_ERROR_SYSTEM_DRIVER_MISMATCH\n"


def test_what_is_no_noise_comes_through(capfd: pytest.CaptureFixture[str]) -> None:
    def body(*, gpus: bool) -> str:
        with quiet_start(gpus=gpus):
            os.write(2, NOISE + NO_DRIVER + REAL + b"half a line")
        return capfd.readouterr().err

    assert body(gpus=False) == (REAL + b"half a line").decode()
    assert body(gpus=True) == (NO_DRIVER + REAL + b"half a line").decode()


def test_also_when_the_start_fails(capfd: pytest.CaptureFixture[str]) -> None:
    def body() -> None:
        with quiet_start(gpus=False):
            os.write(2, REAL)
            raise ImportError("libcudart")

    with pytest.raises(ImportError):
        body()
    assert capfd.readouterr().err == REAL.decode()


def test_tensorflow_starts_in_silence() -> None:
    code = "from transferjob_trainer.tensorflow_setup import start_tensorflow; print(start_tensorflow(0))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stderr == ""
    assert "processors" in done.stdout

"""`transferjob wait` shows on a terminal where the job stands."""

from __future__ import annotations

import os
import pty
import select
import time

from tests.component.cli.conftest import Cli
from tests.component.cli.test_commands import COMPLETE, MOMENT, submitted, timed

SECONDS = 60.0


def read_until(master: int, words: str) -> str:
    end, read = time.monotonic() + SECONDS, b""
    while words.encode() not in read:
        ready, _, _ = select.select([master], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"no {words!r} in time: {read!r}"
        read += os.read(master, 65536)
    return read.decode()


def test_one_line_follows_the_job_and_is_gone_at_the_end(cli: Cli) -> None:
    submitted(cli, "a")
    master, slave = pty.openpty()
    process = cli.start("wait", "a", stream=slave)
    os.close(slave)
    read_until(master, "a Pending")
    training = {"stage": "Training", "epoch": 1, "epochs": 2, "loss": 0.5, "updatedTime": MOMENT}
    cli.set_status("a", phase="Running", progress=training)
    read_until(master, "a Running epoch 1/2 loss 0.5")
    cli.set_status("a", phase="Succeeded", conditions=timed(COMPLETE))
    assert "\x1b[2K" in read_until(master, "a Succeeded")
    assert process.wait(SECONDS) == 0
    os.close(master)

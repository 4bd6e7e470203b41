"""One last word a process."""

from __future__ import annotations

import threading
from pathlib import Path

from transferjob_trainer.contract import ExitCode, decode_termination
from transferjob_trainer.contract.report import CheckpointReport
from transferjob_trainer.ending import Ending
from transferjob_trainer.log import RunLog
from transferjob_trainer.termination import failure

CHECKPOINT = CheckpointReport(uri="s3://models/checkpoints/a", epoch=2, step=7, time=1.5)


def test_who_speaks_first_is_heard_and_the_checkpoint_is_in_it(tmp_path: Path) -> None:
    ending = Ending(tmp_path / "termination", RunLog(str))
    ending.tell(failure(ExitCode.STALLED, "first", "", CHECKPOINT))
    ending.tell(failure(ExitCode.PREEMPTED, "second", ""))
    message = decode_termination((tmp_path / "termination").read_text())
    assert message is not None
    assert (message.reason, message.message, message.checkpoint) == ("Stalled", "first", CHECKPOINT)


def test_two_at_the_same_moment_do_not_mix(tmp_path: Path) -> None:
    ending = Ending(tmp_path / "termination", RunLog(str))
    barrier = threading.Barrier(8)

    def speak(number: int) -> None:
        barrier.wait()
        ending.tell(failure(ExitCode.CRASH, str(number) * 500, ""))

    threads = [threading.Thread(target=speak, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    message = decode_termination((tmp_path / "termination").read_text())
    assert message is not None
    assert len(set(message.message)) == 1

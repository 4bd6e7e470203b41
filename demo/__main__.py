"""`python -m demo [--keep]`: tells the story; leaves nothing running unless told to."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from demo.stage import Stage
from demo.steps import console
from demo.story import tell
from demo.watching import StoryError
from tests.cluster.controlplane import ClusterError
from tests.cluster.node.process import LocalNodeError
from tests.cluster.progress import StepError
from tests.cluster.toolchain import kubectl


def main() -> int:
    """Runs the demo; 0 when all three jobs ended as they should."""
    arguments = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    arguments.add_argument("--keep", action="store_true", help="leave the cluster up until Ctrl-C, to look around")
    keep = arguments.parse_args().keep
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    try:
        with Stage() as stage:
            tell(stage)
            if keep:
                _look_around(stage)
    except (StoryError, ClusterError, LocalNodeError, StepError) as error:
        console.print(f"demo: {error}", style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("demo: stopped; nothing is left running")
        return 130
    console.print(f"The demo took {time.monotonic() - started:.0f} s and left nothing running.")
    return 0


def _look_around(stage: Stage) -> None:
    console.print("\nThe cluster stays up until Ctrl-C. In another terminal:", style="bold")
    for line in (
        f"export KUBECONFIG={stage.cluster.kubeconfig} PATH={kubectl().parent}:$PWD/.venv/bin:$PATH",
        "kubectl get tj -o wide",
        "kubectl describe tj transfer",
        "kubectl explain tj.spec.freeze",
        "transferjob status transfer",
        "transferjob logs transfer",
    ):
        console.print(f"  {line}", markup=False)
    try:
        signal.pause()
    except KeyboardInterrupt:
        console.print("\nEnding.")


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.e2e_nodes`: builds what is needed, then plays the story on real nodes in a sandbox."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.cluster import toolchain
from tests.cluster.progress import StepError, say
from tests.nodes import images, sandbox
from tests.nodes.needs import NeedError, check
from tests.nodes.world import prepare

_HERE = Path(__file__).parent


def main(arguments: list[str]) -> int:
    """Runs the scenarios, further arguments are pytest's; 0 when all went well."""
    try:
        check()
        prepare(images.NAMES)
        toolchain.helm()
        # Without xdist: one scenario follows another on one cluster.
        return sandbox.run([sys.executable, "-m", "pytest", str(_HERE), "-p", "no:xdist", "-v", *arguments])
    except (NeedError, StepError) as error:
        say(f"e2e: {error}")
        return 1
    except KeyboardInterrupt:
        say("e2e: stopped; nothing is left")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make checklist`: the lines, their tests, and where those run. Exits with 1 on a gap."""

from __future__ import annotations

import sys

from rich.console import Console

from tests.checklist.collect import CollectionFailed, collect
from tests.checklist.lines import LINES
from tests.checklist.report import problems, show, show_verdict


def main(arguments: list[str]) -> int:
    """Arguments are paths for pytest; none means all tests."""
    console = Console(highlight=False)
    try:
        proofs = collect(arguments)
    except CollectionFailed as failed:
        print(f"checklist: the tests cannot be collected:\n{failed}", file=sys.stderr)
        return 2
    wrong = problems(LINES, proofs)
    show(console, LINES, proofs)
    show_verdict(console, LINES, proofs, wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

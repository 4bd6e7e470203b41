"""Writes the reference pages into docs/reference of the checkout."""

from __future__ import annotations

import sys
from pathlib import Path

from transferjob_operator.reference.pages import PAGES, render

FOLDER = Path("docs/reference")


def main() -> int:
    """Writes every page; run from the root of the checkout."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(render(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())

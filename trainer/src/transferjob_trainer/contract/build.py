"""What a program was built from, as `--version` prints it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

COMMIT = "TRANSFERJOB_COMMIT"
"""Variable of an image that holds the commit it was built from."""


def describe(packages: Iterable[str]) -> str:
    """Version, commit where an image tells it, Python and packages, a line each.

    Args:
        packages: names of distributions; one that is not installed is left out.
    """
    commit = os.environ.get(COMMIT)
    first = f"transferjob {version('transferjob')}" + (f" (commit {commit})" if commit else "")
    return "\n".join((first, f"python {platform.python_version()}", *_installed(packages)))


def _installed(packages: Iterable[str]) -> Iterable[str]:
    for name in packages:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            continue

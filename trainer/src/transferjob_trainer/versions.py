"""Versions of what makes a result."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("transferjob", "tensorflow", "keras", "numpy", "pillow")


def versions() -> dict[str, str]:
    """Version by package; packages that are not there are left out."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found

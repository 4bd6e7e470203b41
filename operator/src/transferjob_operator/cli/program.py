"""What this program is called: on its own, or by kubectl as a plugin."""

from __future__ import annotations

from pathlib import PurePath

PROGRAM = "transferjob"
COMPLETE_VARIABLE = "_TRANSFERJOB_COMPLETE"
_PLUGIN = "kubectl-"


def shown_name(started_as: str) -> str:
    """The name in usage lines: `kubectl transferjob` where kubectl found us as its plugin."""
    return f"kubectl {PROGRAM}" if PurePath(started_as).name.startswith(_PLUGIN) else PROGRAM

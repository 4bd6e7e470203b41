"""Which command is at work, for the sentence after Ctrl-C."""

from __future__ import annotations

command = ""
"""Empty until the command line is read."""

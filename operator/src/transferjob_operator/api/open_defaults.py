"""Defaults that a profile may replace: the API server must leave them absent, or the profile would come too late."""

from __future__ import annotations

from .schema import Schema

OPEN = ("resources", "run")
"""Parts of the spec whose defaults the operator fills in."""
KEPT = ("suspend",)
"""Of these no profile has a say."""


def open_defaults(spec: Schema) -> None:
    """Takes the defaults out of the schema and says them in the descriptions."""
    for part in OPEN:
        for name, node in spec["properties"][part]["properties"].items():
            if name not in KEPT and "default" in node:
                node["description"] += f" Default: that of the profile, otherwise {node.pop('default')}."

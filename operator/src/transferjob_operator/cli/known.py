"""Names that users give, found among the known ones."""

from __future__ import annotations

from transferjob_trainer.contract import BACKBONES, BackboneFacts
from transferjob_trainer.contract.near import nearest

from .errors import usage


def known_backbone(name: str) -> BackboneFacts:
    """The backbone of this name, written in whatever case. Raises CliError that names the nearest."""
    by_lower = {known.lower(): facts for known, facts in BACKBONES.items()}
    if name.lower() in by_lower:
        return by_lower[name.lower()]
    near = nearest(name, BACKBONES, like=0.5)
    advice = f"Did you mean {near!r}?" if near else "See them with: transferjob backbones"
    raise usage(f"There is no backbone {name!r}. {advice}")

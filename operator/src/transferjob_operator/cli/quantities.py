"""Quantities of Kubernetes as numbers."""

from __future__ import annotations

from decimal import Decimal

_FACTORS = {
    "m": Decimal("0.001"), "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12),
    "P": Decimal(10**15), "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30), "Ti": Decimal(2**40),
    "Pi": Decimal(2**50),
}  # fmt: skip


def quantity(text: str) -> float:
    """The number that a valid quantity such as 500m or 16Gi means."""
    digits = text.rstrip("".join(_FACTORS))
    return float(Decimal(digits) * _FACTORS.get(text[len(digits) :], Decimal(1)))

"""The final figures of a job in words, for the trainer's log and for the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LOW, _HIGH = "accuracyLow", "accuracyHigh"
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def metrics_words(metrics: Mapping[str, float]) -> str:
    """Such as `accuracy 0.9071 (0.8664 to 0.9363), balanced accuracy 0.9067, loss 0.3321`."""
    whole = {"accuracy", _LOW, _HIGH} <= metrics.keys()
    interval = {"accuracy": f" ({metrics[_LOW]:.4f} to {metrics[_HIGH]:.4f})"} if whole else {}
    shown = {name: value for name, value in metrics.items() if not (whole and name in (_LOW, _HIGH))}
    return ", ".join(
        f"{_HUMP.sub(' ', name).lower()} {value:.4f}{interval.get(name, '')}" for name, value in shown.items()
    )

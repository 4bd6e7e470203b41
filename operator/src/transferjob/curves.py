"""The epochs of a job, for tables and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from transferjob_operator.cli.epochs import Epoch


@dataclass(frozen=True)
class Curves:
    """Losses and accuracies by epoch; `pandas.DataFrame(curves.rows())` is a table of them."""

    name: str
    epochs: tuple[Epoch, ...]

    def __iter__(self) -> Iterator[Epoch]:
        return iter(self.epochs)

    def __len__(self) -> int:
        return len(self.epochs)

    @property
    def best(self) -> Epoch | None:
        """The epoch with the smallest validation loss."""
        return min(self.epochs, key=lambda epoch: epoch.val_loss, default=None)

    def rows(self) -> list[dict[str, float]]:
        """A mapping an epoch."""
        return [asdict(epoch) for epoch in self.epochs]

    def _repr_html_(self) -> str:
        from .display import curves_html

        return curves_html(self)

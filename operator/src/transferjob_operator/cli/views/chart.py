"""A chart of letters: two curves over the epochs, for terminals of any width, with and without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.text import Text

from ..epochs import Epoch

_ROWS, _FEWEST_ROWS = 7, 3
_MARGIN = 8
_NARROWEST, _WIDEST = 16, 64
_ROOM_FOR_NAMES = 40
_BLUE, _ORANGE = "#56B4E9", "#E69F00"
"""Okabe and Ito's; the marks differ too."""
_MARKS = {"validation": ("●", "o", _BLUE), "training": ("·", ".", _ORANGE)}

Series = Sequence[float]


def curve_chart(epochs: Sequence[Epoch], width: int, height: int | None = None, *, unicode: bool) -> Text:
    """Loss and accuracy below each other; nothing before two epochs.

    Args:
        epochs: what is drawn.
        width: characters of the terminal.
        height: lines that there is room for; None: any number. Where it is too little for both, accuracy alone.
        unicode: whether the terminal shows more than ASCII.
    """
    text = Text()
    count, rows = _fitting(height)
    if len(epochs) < 2 or not count:
        return text
    columns = max(_NARROWEST, min(_WIDEST, width - _MARGIN - 2))
    for title, validation, training in (
        ("loss", [epoch.val_loss for epoch in epochs], [epoch.loss for epoch in epochs]),
        ("accuracy", [epoch.val_accuracy for epoch in epochs], [epoch.accuracy for epoch in epochs]),
    )[-count:]:
        names = _MARKS if width > _ROOM_FOR_NAMES else {name[:3]: marks for name, marks in _MARKS.items()}
        key = "  ".join(f"{marks[0 if unicode else 1]} {name}" for name, marks in names.items())
        text.append(f"{title:>{_MARGIN}}  {key}\n", style="dim")
        for line in _lines(validation, training, columns, rows, unicode=unicode):
            text.append_text(line)
        text.append(f"{'':{_MARGIN}}  epoch {epochs[0].epoch} to {epochs[-1].epoch}\n", style="dim")
    text.rstrip()
    return text


def _fitting(height: int | None) -> tuple[int, int]:
    """How many charts, with how many rows each; a chart has a line above its rows and one below."""
    if height is None:
        return 2, _ROWS
    count = next((count for count in (2, 1) if height // count - 2 >= _FEWEST_ROWS), 0)
    return count, min(_ROWS, height // max(count, 1) - 2)


def _lines(validation: Series, training: Series, columns: int, rows: int, *, unicode: bool) -> Iterator[Text]:
    low, high = min(*validation, *training), max(*validation, *training)
    cells: dict[tuple[int, int], str] = {}
    for name, values in (("training", training), ("validation", validation)):  # the later one is on top
        for column, value in enumerate(stretched(values, columns)):
            row = round((rows - 1) * (high - value) / (high - low)) if high > low else 0
            cells[row, column] = name
    bar = "│" if unicode else "|"
    for row in range(rows):
        label = f"{high:.4g}" if row == 0 else f"{low:.4g}" if row == rows - 1 and high > low else ""
        line = Text(no_wrap=True, overflow="crop").append(f"{label:>{_MARGIN}} {bar}", style="dim")
        for column in range(columns):
            mark, plain, colour = _MARKS.get(cells.get((row, column), ""), (" ", " ", ""))
            line.append(mark if unicode else plain, style=colour or None)
        yield line.append("\n")


def stretched(values: Series, columns: int) -> list[float]:
    """Exactly so many values: between few ones a straight line, of many the mean of neighbours."""
    if len(values) >= columns:
        bounds = [round(place * len(values) / columns) for place in range(columns + 1)]
        return [sum(values[start:end]) / (end - start) for start, end in pairwise(bounds)]
    last = len(values) - 1
    found = []
    for column in range(columns):
        place = column * last / (columns - 1)
        left = min(int(place), last - 1)
        found.append(values[left] + (place - left) * (values[left + 1] - values[left]))
    return found

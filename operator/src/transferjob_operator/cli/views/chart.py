"""A chart of letters: two curves over the epochs, for terminals of any width, with and without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.text import Text

from ..epochs import Epoch
from .plot import Cells, dotted, lettered

_ROWS, _FEWEST_ROWS = 7, 3
_MARGIN = 8
_NARROWEST, _WIDEST = 16, 64
_ROOM_FOR_NAMES = 40
_BLUE, _ORANGE = "#56B4E9", "#E69F00"
"""Okabe and Ito's; the marks differ too."""

Series = Sequence[float]


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    mark: str
    letter: str
    colour: str


_STYLES = (_Style("validation", "━", "o", _BLUE), _Style("training", "┈", ".", _ORANGE))


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
    for title, *series in (
        ("loss", [epoch.val_loss for epoch in epochs], [epoch.loss for epoch in epochs]),
        ("accuracy", [epoch.val_accuracy for epoch in epochs], [epoch.accuracy for epoch in epochs]),
    )[-count:]:
        text.append(f"{title:>{_MARGIN}} ", style="dim")
        for style in _STYLES:
            name = style.name if width > _ROOM_FOR_NAMES else style.name[:3]
            text.append(" ").append(style.mark if unicode else style.letter, style=style.colour).append(f" {name} ")
        text.rstrip()
        for line in _lines(series, columns, rows, unicode=unicode):
            text.append("\n").append_text(line)
        text.append(f"\n{'':{_MARGIN}}  epoch {epochs[0].epoch} to {epochs[-1].epoch}\n", style="dim")
    text.rstrip()
    return text


def _fitting(height: int | None) -> tuple[int, int]:
    """How many charts, with how many rows each; a chart has a line above its rows and one below."""
    if height is None:
        return 2, _ROWS
    count = next((count for count in (2, 1) if height // count - 2 >= _FEWEST_ROWS), 0)
    return count, min(_ROWS, height // max(count, 1) - 2)


def _lines(series: Sequence[Series], columns: int, rows: int, *, unicode: bool) -> Iterator[Text]:
    low, high = min(map(min, series)), max(map(max, series))
    # Between 0 at the top and 1; of values that are all the same a line through the middle.
    fallen = [[(high - value) / (high - low) if high > low else 0.5 for value in values] for values in series]
    drawn = _drawn(fallen, columns, rows, unicode=unicode)
    bar = "│" if unicode else "|"
    for row in range(rows):
        label = f"{high:.4g}" if row == 0 else f"{low:.4g}" if row == rows - 1 and high > low else ""
        line = Text(no_wrap=True, overflow="crop").append(f"{label:>{_MARGIN}} {bar}", style="dim")
        for column in range(columns):
            letter, style = drawn.get((row, column), (" ", None))
            line.append(letter, style=style)
        yield line


def _drawn(
    fallen: Sequence[Series], columns: int, rows: int, *, unicode: bool
) -> dict[tuple[int, int], tuple[str, str | None]]:
    """Letter and colour of each cell that is not empty; where both curves are, the first one's colour."""
    found: dict[tuple[int, int], tuple[str, str | None]] = {}
    under: Cells = {}
    for style, values in reversed([*zip(_STYLES, fallen, strict=True)]):
        if not unicode:
            found |= dict.fromkeys(lettered(stretched(values, columns), rows), (style.letter, style.colour))
            continue
        cells = dotted(stretched(values, 2 * columns), rows, whole=style is _STYLES[0])
        found |= {place: (chr(dots | under.get(place, 0)), style.colour) for place, dots in cells.items()}
        under = cells
    return found


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

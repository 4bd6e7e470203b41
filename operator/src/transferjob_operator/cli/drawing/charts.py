"""Charts as SVG: they take their ink from the page, and no two series differ by colour alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .markup import Markup, joined, tag

_PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7f7f7f")
"""Okabe and Ito's, which the colour-blind tell apart; grey is the last."""
COLOURS = tuple(f"var(--series-{number}, {colour})" for number, colour in enumerate(_PALETTE))
"""A page may have lighter ones on a dark ground."""
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4", "4 4", "1 2")
_WIDTH, _HEIGHT = 400, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 26, 34
_TICKS = 6
_LEGEND = 16
_INK = "var(--ink, currentColor)"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to places on the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def line_chart(series: Mapping[str, Sequence[Point]], title: str, below: str) -> Markup:
    """Lines over a common axis, with a legend below; nothing where there is no point."""
    shown = {name: [p for p in points if all(map(math.isfinite, p))] for name, points in series.items()}
    shown = {name: points for name, points in shown.items() if points}
    if not shown:
        return Markup()
    across, up = _scales([point for points in shown.values() for point in points])
    lines = joined(_line(points, number, across, up) for number, points in enumerate(shown.values()))
    legend = joined(_legend(name, number) for number, name in enumerate(shown))
    return _drawing(title, _HEIGHT + _LEGEND * len(shown), _axes(across, up, title, below), lines, legend)


def dot_chart(dots: Sequence[tuple[str, float, float, float, float]], title: str, below: str) -> Markup:
    """Named dots with an interval upwards and downwards: (name, x, y, low, high)."""
    if not dots:
        return Markup()
    across, up = _scales([(x, y) for _, x, _, low, high in dots for y in (low, high)], exact_x=(0.0, 100.0))
    ordered = sorted(dots, key=lambda dot: dot[1])
    path = " ".join(f"{across(x)},{up(y)}" for _, x, y, _, _ in ordered)
    trend = tag("polyline", points=path, fill="none", stroke=_INK, stroke_opacity="0.3", stroke_dasharray="3 3")
    marks = joined(_dot(*dot, across, up) for dot in ordered)
    return _drawing(title, _HEIGHT, _axes(across, up, title, below), trend, marks)


def bar_chart(bars: Sequence[tuple[str, float, str]], title: str) -> Markup:
    """Horizontal bars: (name, value, words for the value)."""
    known = [bar for bar in bars if math.isfinite(bar[1])]
    if not known:
        return Markup()
    longest = max(value for _, value, _ in known) or 1.0
    row = 34
    drawn = []
    for place, (name, value, words) in enumerate(known):
        y = _TOP + place * row
        label = _words(name, 0, y + 11, size=12)
        full = _WIDTH - 120
        bar = tag("rect", x=0, y=y + 15, width=round(full * value / longest, 1), height=11, rx=2, fill=COLOURS[0])
        drawn.append(joined((label, bar, _words(words, round(full * value / longest + 6, 1), y + 25, size=12))))
    return _drawing(title, _TOP + row * len(known) + 4, _words(title, 0, 14, size=13), *drawn)


def _scales(points: Sequence[Point], exact_x: Point | None = None) -> tuple[_Scale, _Scale]:
    left, right = exact_x or (min(x for x, _ in points), max(x for x, _ in points))
    low, high = min(y for _, y in points), max(y for _, y in points)
    margin = (high - low) * 0.06 or max(abs(high) * 0.05, 0.01)
    across = _Scale(left, right if right > left else left + 1, _LEFT, _WIDTH - _RIGHT)
    return across, _Scale(low - margin, high + margin, _HEIGHT - _BOTTOM, _TOP)


def _axes(across: _Scale, up: _Scale, title: str, below: str) -> Markup:
    lines = [_words(title, _LEFT, 14, size=13), _words(below, _WIDTH - _RIGHT, _HEIGHT - 4, anchor="end")]
    for value in _ticks(up.low, up.high):
        y = up(value)
        lines.append(tag("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y, stroke=_INK, stroke_opacity="0.15"))
        lines.append(_words(f"{value:.4g}", _LEFT - 6, y + 4, anchor="end"))
    for value in _ticks(across.low, across.high):
        lines.append(_words(f"{value:.4g}", across(value), _HEIGHT - _BOTTOM + 16, anchor="middle"))
    return joined(lines)


def _ticks(low: float, high: float) -> Iterator[float]:
    """Round values between two."""
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    value = math.ceil(low / step - 1e-9) * step
    while value <= high + step * 1e-9:
        yield round(value, 10)
        value += step


def _line(points: Sequence[Point], number: int, across: _Scale, up: _Scale) -> Markup:
    colour, dash = _look(number)
    path = " ".join(f"{across(x)},{up(y)}" for x, y in points)
    line = tag("polyline", points=path, fill="none", stroke=colour, stroke_width=2, stroke_dasharray=dash or None)
    x, y = points[-1]
    return joined((line, tag("circle", cx=across(x), cy=up(y), r=3, fill=colour)))


def _dot(name: str, x: float, y: float, low: float, high: float, across: _Scale, up: _Scale) -> Markup:
    at = across(x)
    span = tag("line", x1=at, x2=at, y1=up(low), y2=up(high), stroke=COLOURS[0], stroke_width=2, stroke_opacity="0.5")
    mark = tag("circle", tag("title", f"{name}: {y:.4f}"), cx=at, cy=up(y), r=5, fill=COLOURS[0])
    anchor = "end" if at > _WIDTH * 0.7 else "start"
    return joined((span, mark, _words(name, at + (-9 if anchor == "end" else 9), up(y) + 4, anchor=anchor)))


def _legend(name: str, number: int) -> Markup:
    colour, dash = _look(number)
    y = _HEIGHT + _LEGEND * number + 8
    sample = tag(
        "line", x1=_LEFT, x2=_LEFT + 28, y1=y, y2=y, stroke=colour, stroke_width=2, stroke_dasharray=dash or None
    )
    return joined((sample, _words(name, _LEFT + 36, y + 4, size=12)))


def _look(number: int) -> tuple[str, str]:
    return COLOURS[number % len(COLOURS)], _DASHES[number % len(_DASHES)]


def _words(words: str, x: float, y: float, *, anchor: str = "start", size: int = 12) -> Markup:
    return tag("text", words, x=x, y=y, fill=_INK, font_size=size, text_anchor=anchor, font_family="inherit")


def _drawing(title: str, height: float, *parts: Any) -> Markup:
    look = f"max-width:{_WIDTH}px;width:100%;height:auto"
    return tag("svg", *parts, viewBox=f"0 0 {_WIDTH} {height}", role="img", aria_label=title, style=look)

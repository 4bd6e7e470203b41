"""The picture of a soak: what the operator held over time, one strip a quantity, with the outage behind it (SVG)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from tests.soak.samples import Sample

_WIDTH, _LEFT, _RIGHT, _TOP, _STRIP, _GAP = 960, 190, 90, 56, 78, 22
_LINE, _FIT, _OUTAGE = "#1f6f8b", "#c8553d", "#eeeeee"
_STRIPS = {
    "rss_mib": "memory, MiB",
    "threads": "threads",
    "descriptors": "descriptors",
    "series": "metric series",
    "stored_jobs": "TransferJobs stored",
    "stored_pods": "pods stored",
    "queue_depth": "jobs queued",
}


def picture(samples: Sequence[Sample], slopes: dict[str, Any], outages: Sequence[tuple[float, float]] = ()) -> str:
    """An SVG document.

    Args:
        samples: the whole run, at least two.
        slopes: of the quantities that have one; drawn over the samples that it was fitted to, the last ones.
        outages: begin and end of each time without API server, in seconds since the start.
    """
    end = max(sample.seconds for sample in samples)
    height = _TOP + len(_STRIPS) * (_STRIP + _GAP) + 30
    parts = [_text(_LEFT, 24, "What the operator held while jobs came and went under faults", size=16)]
    parts += [_text(_LEFT, 42, _caption(samples, outages), colour="#666666")]
    for number, (name, title) in enumerate(_STRIPS.items()):
        top = _TOP + number * (_STRIP + _GAP)
        parts += _strip(top, title, [(s.seconds, float(getattr(s, name))) for s in samples], end, outages)
        parts += _fitted(top, name, samples, slopes, end)
    parts += _minutes(height - 30, end)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" font-family="sans-serif">'
    return "\n".join([head, f'<rect width="{_WIDTH}" height="{height}" fill="white"/>', *parts, "</svg>\n"])


def _caption(samples: Sequence[Sample], outages: Sequence[tuple[float, float]]) -> str:
    grey = "; grey: the API server is away" if outages else ""
    return f"{len(samples)} samples; red: the line that growth is judged by{grey}"


def _strip(
    top: float, title: str, points: Sequence[tuple[float, float]], end: float, outages: Sequence[tuple[float, float]]
) -> list[str]:
    low, high = _range([value for _, value in points])
    path = " ".join(f"{_x(at, end):.1f},{_y(value, low, high, top):.1f}" for at, value in points)
    grey = [
        f'<rect x="{_x(begin, end):.1f}" y="{top}" width="{_x(over, end) - _x(begin, end):.1f}" '
        f'height="{_STRIP}" fill="{_OUTAGE}"/>'
        for begin, over in outages
    ]
    return [
        *grey,
        f'<path d="M{_LEFT} {top}V{top + _STRIP}H{_WIDTH - _RIGHT}" fill="none" stroke="#bbbbbb"/>',
        _text(12, top + _STRIP / 2 + 4, title),
        _text(_LEFT - 6, top + 10, f"{high:g}", anchor="end", colour="#666666"),
        _text(_LEFT - 6, top + _STRIP, f"{low:g}", anchor="end", colour="#666666"),
        f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="1.5"/>',
    ]


def _fitted(top: float, name: str, samples: Sequence[Sample], slopes: dict[str, Any], end: float) -> list[str]:
    if name not in slopes:
        return []
    of = slopes[name]
    low, high = _range([float(getattr(sample, name)) for sample in samples])
    begin, middle = end - 3600 * of["hours"], end - 1800 * of["hours"]
    ends = [(at, of["mean"] + of["per_hour"] * (at - middle) / 3600) for at in (begin, end)]
    (x1, y1), (x2, y2) = ((_x(at, end), _y(value, low, high, top)) for at, value in ends)
    colour = _FIT if of["grows"] else "#666666"
    return [
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_FIT}" stroke-dasharray="5 3"/>',
        _text(_WIDTH - _RIGHT + 8, top + _STRIP / 2 - 4, f"{of['per_hour']:+.1f}/h", colour=colour),
        _text(_WIDTH - _RIGHT + 8, top + _STRIP / 2 + 12, "grows" if of["grows"] else "flat", colour=colour),
    ]


def _minutes(y: float, end: float) -> list[str]:
    step = next(step for step in (10, 60, 300, 600, 3600, 36_000) if end / step <= 12)
    marks = range(0, int(end) + 1, step)
    return [_text(_x(at, end), y, f"{at / 60:g} min", anchor="middle", colour="#666666") for at in marks]


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1, high + 1)


def _x(seconds: float, end: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * seconds / end


def _y(value: float, low: float, high: float, top: float) -> float:
    return top + _STRIP * (1 - (value - low) / (high - low))


def _text(x: float, y: float, words: str, *, size: int = 12, anchor: str = "start", colour: str = "#222222") -> str:
    look = f'font-size="{size}" text-anchor="{anchor}" fill="{colour}"'
    return f'<text x="{x:.0f}" y="{y:.0f}" {look}>{escape(words)}</text>'

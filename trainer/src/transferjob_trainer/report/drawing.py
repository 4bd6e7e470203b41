"""A plot as SVG that takes its colours from the page, so that it is light where the page is."""

from __future__ import annotations

import io
import re
from typing import Any

from .markup import Markup

COLOURS = {"ink": "#010101", "quiet": "#020202", "first": "#030303", "second": "#040404", "learns": "#050505"}
"""What Matplotlib is told to draw with, by the variable of the page that takes its place."""
_SIZE = (4.6, 2.7)
"""Inches; at most as wide as a phone, where text must not shrink."""


def plot_axes(below: str, beside: str) -> tuple[Any, Any]:
    """A figure and its axes, with the two labels."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(below, fontsize=8.5, color=COLOURS["ink"])
    axes.set_ylabel(beside, fontsize=8.5, color=COLOURS["ink"])
    axes.tick_params(colors=COLOURS["ink"], labelsize=8)
    axes.grid(color=COLOURS["quiet"], alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set(visible=side in ("left", "bottom"), color=COLOURS["quiet"])
    return figure, axes


def plot_svg(figure: Any, title: str) -> Markup:
    """The figure as a part of the page."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    held = io.StringIO()
    # Text stays text, and the identifiers of one plot are not those of another on the page.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        figure.patch.set_alpha(0)
        figure.axes[0].patch.set_alpha(0)
        FigureCanvasSVG(figure).print_svg(held, metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    drawn = held.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r' (?:width|height)="[\d.]+pt"', "", drawn, count=2)
    for variable, colour in COLOURS.items():
        drawn = drawn.replace(colour, f"var(--{variable})")
    return Markup(f'<figure role="img" aria-label="{title}">{drawn}</figure>')

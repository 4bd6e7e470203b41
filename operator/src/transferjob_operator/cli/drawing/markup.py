"""HTML of which every text is escaped: names of jobs and classes are whatever somebody has called them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from ..views.fields import clean

_MOST = 200


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object, most: int = _MOST) -> Markup:
    """Any value as text of a page: bounded and without control characters."""
    if isinstance(value, Markup):
        return value
    plain = clean(str(value))
    return Markup(html.escape(plain if len(plain) <= most else f"{plain[: most - 1]}…"))


def joined(parts: Iterable[object], between: str = "") -> Markup:
    """Pieces of HTML in one."""
    return Markup(between.join(text(part) for part in parts))


def tag(name: str, *inner: object, **attributes: object) -> Markup:
    """An element; `_` in the name of an attribute stands for `-`, a `_` at its end for nothing."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value, 100_000)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{given}>{joined(inner)}</{name}>")


def table(headings: Sequence[object], rows: Iterable[Sequence[object]], numbers_from: int = 1) -> Markup:
    """A table that can be wider than a phone; cells from `numbers_from` on stand to the right."""

    def cells(kind: str, values: Sequence[object]) -> Markup:
        return joined(
            tag(kind, value, class_="number" if place >= numbers_from else None) for place, value in enumerate(values)
        )

    head = tag("thead", tag("tr", cells("th", headings)))
    body = tag("tbody", *(tag("tr", cells("td", row)) for row in rows))
    return tag("div", tag("table", head, body), class_="wide")

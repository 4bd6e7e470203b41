"""HTML of which every text is escaped: names of classes and files are whatever somebody has called them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from itertools import repeat

_UNSEEN = dict.fromkeys((*range(32), *range(127, 160), *range(8234, 8239), *range(8294, 8298)), "�")
_MOST = 160
NOTHING = "\u2013"
"""Where there is no figure."""
_NUMBER = re.compile(r"^(\d[\d,.e+-]*(\s(%|s|[KM]iB))?|\u2013)$")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object, most: int = _MOST) -> Markup:
    """Any value as text of a page: bounded, without control characters and turns of the writing direction."""
    if isinstance(value, Markup):
        return value
    plain = str(value).encode("utf-8", "replace").decode().translate(_UNSEEN)
    return Markup(html.escape(plain if len(plain) <= most else f"{plain[: most - 1]}…"))


def name(value: str, most: int = 80) -> Markup:
    """A name that somebody else has chosen, kept from turning the words around it."""
    return Markup(f"<bdi>{text(value, most) or '(no name)'}</bdi>")


def block(value: str) -> Markup:
    """Lines of a file or program, as they are."""
    lines = "\n".join(text(line, 2000) for line in value.splitlines())
    return Markup(f"<pre>{lines}</pre>")


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Pieces of HTML in one."""
    return Markup(between.join(text(part) for part in parts))


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], kind: str = "") -> Markup:
    """A table that can be wider than a phone; numbers stand to the right, below their headings."""
    rows = list(rows)
    right = [_is_number(value) for value in rows[0]] if rows else [False] * len(headings)
    head = joined(_cell("th", heading, number) for heading, number in zip(headings, right, strict=True))
    body = joined(Markup(f"<tr>{joined(map(_cell, repeat('td'), row, right))}</tr>") for row in rows)
    inner = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return Markup(f'<div class="wide"><table class="{text(kind)}">{inner}</table></div>')


def facts(pairs: Iterable[tuple[str, object]]) -> Markup:
    """Names and values in two columns."""
    rows = joined(Markup(f"<dt>{text(title)}</dt><dd>{text(value)}</dd>") for title, value in pairs)
    return Markup(f"<dl>{rows}</dl>")


def section(title: str, *parts: str) -> Markup:
    """A part of the page under a heading."""
    return Markup(f"<section><h2>{text(title)}</h2>{joined(parts)}</section>")


def words(sentence: str, kind: str = "") -> Markup:
    """A paragraph."""
    return Markup(f'<p class="{text(kind)}">{text(sentence, 2000)}</p>')


def percent(share: float | None, digits: int = 1) -> str:
    """A share as people read it, on one line."""
    return NOTHING if share is None else f"{100 * share:.{digits}f}\u00a0%"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or (not isinstance(value, Markup) and bool(_NUMBER.match(str(value))))


def _cell(kind: str, value: object, number: bool) -> Markup:
    shown = f"{value:,}" if isinstance(value, int) else value
    return Markup(f"<{kind}{' class=number' if number else ''}>{text(shown)}</{kind}>")

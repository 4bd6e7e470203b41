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


class Amount(Markup):
    """A number of a table, with a bar below it."""

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


def place(value: str, most: int = 64) -> Markup:
    """A path, of which the beginning and the file's own name are kept where it is long."""
    return name(value if len(value) <= most else f"{value[: most // 3]}…{value[-2 * most // 3 + 1 :]}", most)


def amount(value: int, largest: int) -> Amount:
    """A number with a bar that shows it beside the largest of its column."""
    return Amount(f'{value:,}<i class="bar" style="--share:{value / max(largest, 1):.3f}"></i>')


def count(number: int, noun: str) -> str:
    """A number and what it counts: 1 class, 2 classes."""
    ending = "" if number == 1 else "es" if noun.endswith("s") else "s"
    return f"{number:,} {noun}{ending}"


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
    right = [all(map(_is_number, column)) for column in zip(*rows, strict=True)] if rows else [False] * len(headings)
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


def folded(title: str, *parts: str) -> Markup:
    """What is read on demand."""
    return Markup(f"<details><summary>{text(title)}</summary>{joined(parts)}</details>")


def words(sentence: str, kind: str = "") -> Markup:
    """A paragraph."""
    return Markup(f'<p class="{text(kind)}">{text(sentence, 2000)}</p>')


def percent(share: float | None, digits: int = 1) -> str:
    """A share as people read it, on one line."""
    return NOTHING if share is None else f"{100 * share:.{digits}f}\u00a0%"


def _is_number(value: object) -> bool:
    if isinstance(value, Markup):
        return isinstance(value, Amount)
    return isinstance(value, int | float) or value == "" or bool(_NUMBER.match(str(value)))


def _cell(kind: str, value: object, number: bool) -> Markup:
    shown = f"{value:,}" if isinstance(value, int) else value
    return Markup(f"<{kind}{' class=number' if number else ''}>{text(shown)}</{kind}>")

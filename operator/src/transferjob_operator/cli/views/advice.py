"""Advice on the freeze count for people: what to do and why, then the table behind it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from functools import partial

from .columns import GAP, aligned
from .fields import Object, integer, mappings, number, text

_WIDE = 100
"""Characters of a line where standard output is no terminal, and at most elsewhere."""
_TITLES = ("", "FROZEN", "THROUGH", "PROBE", "RANDOM", "SCORE", "+-", "LEARN", "TIME")
_RIGHT = (False, True, False, True, True, True, True, True, True)
_LEFT_OUT_FIRST = ("RANDOM", "LEARN", "TIME", "+-", "THROUGH")
_SURE = {"High": "quite", "Medium": "fairly", "Low": "not very: take it as a first guess and compare"}
_LEANING = {"Freeze": "freeze", "FineTune": "fine-tune", "Between": "something in between"}
_SCORES = {
    "PROBE": "a linear classifier on what comes out of the frozen layers",
    "RANDOM": "the same on random weights",
    "SCORE": "short trainings, give or take +-",
}
_MILLION = 1_000_000
_SHORT = 120


def advice_text(advice: Object, depth: int, width: int | None) -> str:
    """The page, for a terminal of `width` characters; None: as wide as is read well."""
    wide = min(width or _WIDE, _WIDE)
    blocks = [_filled(line, wide) for line in _told(advice, depth)]
    table = advice_table(advice, width)
    if not table:
        return "\n".join(blocks)
    return "\n".join([*blocks, "", *table, "", *map(partial(_filled, width=wide), _legend(table[0].split()))])


def _legend(titles: Sequence[str]) -> Iterator[str]:
    yield "* advised, + second choice"
    scores = [f"{name}: {meaning}" for name, meaning in _SCORES.items() if name in titles]
    if scores:
        yield f"{', '.join(scores)}; percent of pictures that were not learned from, every class alike"
    if "TIME" in titles:
        yield "TIME: of the job's training, by static tables"


def advice_line(advice: Object, depth: int | None) -> str:
    """The advice of a job in a line or two; empty where there is none."""
    if not advice:
        return ""
    count, second = integer(advice, "recommended") or 0, integer(advice, "second")
    words = f"freeze {freeze_words(count, depth or 0) if depth else count}"
    others = f"; second choice {second}" if second is not None else ""
    applied = "" if advice.get("applied") else "; this job's freeze stays as given"
    return f"{words}, {text(advice, 'confidence').lower()} confidence{others}{applied}. {text(advice, 'reason')}"


def advice_table(advice: Object, width: int | None) -> list[str]:
    """The cuts, from the input on; columns that do not fit are left out."""
    rows = [_row(cut, advice) for cut in mappings(advice, "cuts")]
    if not rows:
        return []
    cells = [_TITLES, *rows]
    shown = [place for place in range(len(_TITLES)) if not place or any(row[place] for row in rows)]
    for title in (None, *_LEFT_OUT_FIRST):
        shown = [place for place in shown if _TITLES[place] != title]
        if width is None or _width(cells, shown) <= width:
            break
    return aligned([tuple(row[place] for place in shown) for row in cells], [_RIGHT[place] for place in shown])


def freeze_words(count: int, depth: int) -> str:
    """A freeze count for people."""
    return "nothing" if count == 0 else f"all {depth} layers" if count == depth else f"{count} of {depth} layers"


def _told(advice: Object, depth: int) -> Iterator[str]:
    count, second = integer(advice, "recommended") or 0, integer(advice, "second")
    yield f"Freeze {freeze_words(count, depth)}."
    yield ""
    yield text(advice, "reason")
    yield ""
    if second is not None:
        yield f"second choice: freeze {freeze_words(second, depth)}"
    yield f"how sure: {_SURE.get(text(advice, 'confidence'), '')}"
    for rule in mappings(advice, "rules"):
        verdict = "agrees" if rule.get("agrees") else "disagrees"
        yield f"rule of thumb: {_LEANING.get(text(rule, 'leaning'), '')} ({text(rule, 'seen')}); it {verdict}"
    yield f"found out in {number(advice, 'seconds') or 0:.0f} s from {integer(advice, 'pictures') or 0:,} pictures"


def _filled(line: str, width: int) -> str:
    return textwrap.fill(line, max(20, width)) if line else ""


def _row(cut: Object, advice: Object) -> tuple[str, ...]:
    count, learn = integer(cut, "frozenLayers"), integer(cut, "trainableParameters") or 0
    mark = "*" if count == integer(advice, "recommended") else "+" if count == integer(advice, "second") else ""
    error = number(cut, "standardError")
    return (
        mark,
        str(count),
        text(cut, "name"),
        _share(number(cut, "probe")),
        _share(number(cut, "randomProbe")),
        _share(number(cut, "score")),
        "" if error is None else f"{100 * error:.1f}",
        f"{learn / _MILLION:.2f}M",
        _time(number(cut, "seconds") or 0),
    )


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < _SHORT else f"{seconds / 60:,.0f} min"


def _width(cells: list[tuple[str, ...]], shown: list[int]) -> int:
    return sum(max(len(row[place]) for row in cells) for place in shown) + len(GAP) * (len(shown) - 1)

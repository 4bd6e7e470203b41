"""Arithmetic on the constants of a snippet, bounded so that no snippet can take time or memory."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from .values import UNKNOWN

_LARGEST = 10**12
_LONGEST = 4096
_NUMBERS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_TEXT_METHODS = ("startswith", "endswith", "lower", "upper")


def is_number(value: Any) -> bool:
    """A whole or a floating number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def binary(kind: ast.operator, left: Any, right: Any) -> Any:
    """left OP right for numbers, texts and tuples; UNKNOWN for everything else."""
    if is_number(left) and is_number(right):
        return _number(kind, left, right)
    both = next((t for t in (str, tuple, list) if isinstance(left, t) and isinstance(right, t)), None)
    if both is not None and isinstance(kind, ast.Add) and len(left) + len(right) <= _LONGEST:
        return left + right
    if isinstance(left, str) and isinstance(right, str) and isinstance(kind, ast.Div):
        return f"{left.rstrip('/')}/{right}"  # of pathlib
    return UNKNOWN


def _number(kind: ast.operator, left: Any, right: Any) -> Any:
    compute = _NUMBERS.get(type(kind))
    try:
        value: Any = UNKNOWN if compute is None else compute(left, right)
    except ArithmeticError:
        return UNKNOWN
    return value if is_number(value) and abs(value) <= _LARGEST else UNKNOWN


def compare(kind: ast.cmpop, left: Any, right: Any) -> Any:
    """True, False or UNKNOWN."""
    if isinstance(kind, ast.Is | ast.IsNot):
        same = left is right if None in (left, right) and UNKNOWN not in (left, right) else UNKNOWN
        return same if same is UNKNOWN or isinstance(kind, ast.Is) else not same
    if not (is_plain(left) and is_plain(right)):
        return UNKNOWN
    try:
        return bool(_COMPARISONS[type(kind)](left, right))
    except TypeError:
        return UNKNOWN


def is_plain(value: Any) -> bool:
    """A constant, or a list of constants."""
    if isinstance(value, tuple | list):
        return all(map(is_plain, value))
    return value is None or isinstance(value, str | int | float)


def text_method(text: str, name: str, args: list[Any]) -> Any:
    """`text.startswith("block5")` and its like."""
    if name not in _TEXT_METHODS or not all(isinstance(arg, str) for arg in args):
        return UNKNOWN
    try:
        return getattr(text, name)(*args)
    except TypeError:
        return UNKNOWN

"""Evaluates the expressions of a snippet to values of ours; what is not known stays unknown, and nothing is run."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, cast

from .attributes import attribute
from .constants import binary, compare, is_number, is_plain
from .values import ARRAYS, NO_RESCALING, UNKNOWN, Function, LayerList, Made, Symbol

_LONGEST_TEXT = 4096


class Evaluator(ABC):
    """The names that are known, and what expressions of them mean."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Any]] = [{"__name__": "__main__"}]

    @abstractmethod
    def step(self) -> None:
        """Counts what is done."""

    @abstractmethod
    def note(self, line: int, text: str) -> None:
        """Takes something that one should know."""

    @abstractmethod
    def miss(self, line: int, text: str) -> None:
        """Takes something that was not read."""

    @abstractmethod
    def call_function(self, name: str, function: Function, args: list[Any], options: dict[str, Any]) -> Any:
        """Follows a function of the snippet."""

    def evaluate(self, node: ast.expr) -> Any:
        """The value, or UNKNOWN."""
        self.step()
        how: Callable[[Evaluator, Any], Any] = _EXPRESSIONS.get(type(node), Evaluator._unknown)
        return how(self, node)

    def _constant(self, node: ast.Constant) -> Any:
        value = node.value
        if isinstance(value, str):
            return value if len(value) <= _LONGEST_TEXT else UNKNOWN
        return value if value is None or isinstance(value, int | float) else UNKNOWN

    def _name(self, node: ast.Name) -> Any:
        for scope in (self.scopes[-1], self.scopes[0]):
            if node.id in scope:
                return scope[node.id]
        return Symbol(node.id)

    def _attribute(self, node: ast.Attribute) -> Any:
        return attribute(self.evaluate(node.value), node.attr)

    def _tuple(self, node: ast.Tuple) -> Any:
        return tuple(self.evaluate(item) for item in node.elts)

    def _list(self, node: ast.List) -> Any:
        return [self.evaluate(item) for item in node.elts]

    def _dict(self, node: ast.Dict) -> Any:
        keys = [UNKNOWN if key is None else self.evaluate(key) for key in node.keys]
        if not all(isinstance(key, str | int) for key in keys):
            return UNKNOWN
        return dict(zip(keys, map(self.evaluate, node.values), strict=True))

    def _unary(self, node: ast.UnaryOp) -> Any:
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.USub) and is_number(value):
            return -value
        if isinstance(node.op, ast.Not) and is_plain(value):
            return not value
        return UNKNOWN

    def _binary(self, node: ast.BinOp) -> Any:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        if isinstance(left, Made) and left.kind in ARRAYS and is_number(right):
            self.note(node.lineno, NO_RESCALING)
            return left
        return binary(node.op, left, right)

    def _compare(self, node: ast.Compare) -> Any:
        left = self.evaluate(node.left)
        for kind, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(right_node)
            result = compare(kind, left, right)
            if result is not True:
                return result
            left = right
        return True

    def _boolean(self, node: ast.BoolOp) -> Any:
        deciding = isinstance(node.op, ast.Or)
        seen: list[Any] = []
        for child in node.values:
            value = self.evaluate(child)
            if is_plain(value) and bool(value) is deciding:
                return value
            seen.append(value)
        return seen[-1] if all(map(is_plain, seen)) else UNKNOWN

    def _choice(self, node: ast.IfExp) -> Any:
        test = self.evaluate(node.test)
        if not is_plain(test):
            return UNKNOWN
        return self.evaluate(node.body if test else node.orelse)

    def _subscript(self, node: ast.Subscript) -> Any:
        value: Any = self.evaluate(node.value)
        if not isinstance(value, tuple | list | dict):
            return UNKNOWN
        if isinstance(node.slice, ast.Slice):
            return self._sliced(value, node.slice)
        key = self.evaluate(node.slice)
        if isinstance(value, LayerList) and value.open_end and isinstance(key, int) and key < 0:
            return UNKNOWN
        try:
            return cast(Any, value)[key] if isinstance(key, int | str) else UNKNOWN
        except (IndexError, KeyError, TypeError):
            return UNKNOWN

    def _sliced(self, value: Any, part: ast.Slice) -> Any:
        bounds = [None if bound is None else self.evaluate(bound) for bound in (part.lower, part.upper, part.step)]
        if isinstance(value, dict) or not all(bound is None or isinstance(bound, int) for bound in bounds):
            return UNKNOWN
        if bounds[2] == 0:
            return UNKNOWN
        if isinstance(value, LayerList) and value.open_end and any((bound or 0) < 0 for bound in bounds):
            self.miss(part.lower.lineno if part.lower else part.upper.lineno if part.upper else 0, _FROM_THE_END)
            return UNKNOWN
        return type(value)(value[slice(*bounds)])

    def _formatted(self, node: ast.JoinedStr) -> Any:
        texts = [self.evaluate(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
        if not all(isinstance(text, str | int) for text in texts):
            return UNKNOWN
        joined = "".join(map(str, texts))
        return joined if len(joined) <= _LONGEST_TEXT else UNKNOWN

    def _named(self, node: ast.NamedExpr) -> Any:
        value = self.scopes[-1][node.target.id] = self.evaluate(node.value)
        return value

    def _call(self, node: ast.Call) -> Any:
        from .calls import call  # which evaluates what it is given

        return call(self, node)

    def _unknown(self, _node: ast.expr) -> Any:
        return UNKNOWN


_FROM_THE_END = (
    "layers are counted from the end of a backbone whose include_top is left True; take it with include_top=False"
)
_EXPRESSIONS: dict[type[ast.expr], Callable[[Evaluator, Any], Any]] = {
    ast.Constant: Evaluator._constant,
    ast.Name: Evaluator._name,
    ast.Attribute: Evaluator._attribute,
    ast.Tuple: Evaluator._tuple,
    ast.List: Evaluator._list,
    ast.Dict: Evaluator._dict,
    ast.UnaryOp: Evaluator._unary,
    ast.BinOp: Evaluator._binary,
    ast.Compare: Evaluator._compare,
    ast.BoolOp: Evaluator._boolean,
    ast.IfExp: Evaluator._choice,
    ast.Subscript: Evaluator._subscript,
    ast.JoinedStr: Evaluator._formatted,
    ast.NamedExpr: Evaluator._named,
    ast.Call: Evaluator._call,
}

"""Follows a snippet from its first line to its last, statement by statement, over values that are known or not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..errors import CliError, refused
from .expressions import Evaluator
from .source import Source
from .values import NAMESPACE, UNKNOWN, Fit, Function, LayerList, Made, Model, Net, Symbol

_MOST_STEPS = 200_000
_DEEPEST = 12
"""Functions that call each other."""
_TELLING = frozenset(
    ("trainable", "fit", "fit_generator", "compile", "add", "Model", "Sequential", "Dense", "flow_from_directory")
)
"""Names without which a statement that cannot be followed changes nothing that a manifest says."""


class Returned(Exception):
    """Ends a function."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class LoopEnded(Exception):
    """break and continue."""

    def __init__(self, *, broken: bool) -> None:
        super().__init__()
        self.broken = broken


class Reader(Evaluator):
    """What a snippet has made when its last line is reached."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self.nets: list[Net] = []
        self.models: list[Model] = []
        self.fits: list[Fit] = []
        self.data: list[Made] = []
        self.measured: list[tuple[Any, int]] = []
        """What evaluate() was given, and its line."""
        self.random_layers: list[Made] = []
        self._notes: dict[tuple[int, str], None] = {}
        self._unread: dict[tuple[int, str], None] = {}
        self._steps = 0
        self._functions: dict[str, Function] = {}
        self._called: set[str] = set()

    def read(self) -> None:
        """Follows the whole snippet; what it defines and never calls is followed at the end. Raises CliError."""
        try:
            self.run(self.source.tree().body)
            for name, function in list(self._functions.items()):
                if name not in self._called:
                    self.call_function(name, function, [], {})
        except (Returned, LoopEnded):
            pass
        except RecursionError as error:
            raise refused(f"{self.source.name} is nested too deep to be read.") from error

    def note(self, line: int, text: str) -> None:
        """Something that was read, and that one should know."""
        self._notes[(line, text)] = None

    def miss(self, line: int, text: str) -> None:
        """Something that was not read."""
        self._unread[(line, text)] = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted, from the first line to the last."""
        return self._placed(self._notes)

    @property
    def unread(self) -> tuple[str, ...]:
        """What was missed, likewise."""
        return self._placed(self._unread)

    def _placed(self, said: Iterable[tuple[int, str]]) -> tuple[str, ...]:
        return tuple(f"{self.source.place(line)}: {text}" for line, text in sorted(said))

    def fault(self, line: int, text: str) -> CliError:
        """Something for which no manifest is written."""
        return refused(f"{self.source.name}, {self.source.place(line)}: {text}")

    def step(self) -> None:
        """Counts what is done, so that no snippet keeps the reader busy for ever."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise refused(f"{self.source.name} does too much to be read (more than {_MOST_STEPS:,} steps).")

    def run(self, body: Iterable[ast.stmt]) -> None:
        """Follows statements."""
        for statement in body:
            self.step()
            follow = _STATEMENTS.get(type(statement), Reader._unfollowed)
            follow(self, statement)

    def call_function(self, name: str, function: Function, args: list[Any], options: dict[str, Any]) -> Any:
        """Follows a function of the snippet with these arguments; what it returns."""
        self._called.add(name)
        if len(self.scopes) > _DEEPEST:
            return UNKNOWN
        self.scopes.append(self._bound(function.node.args, args, options))
        try:
            self.run(function.node.body)
        except Returned as end:
            return end.value
        finally:
            self.scopes.pop()
        return None

    def _bound(self, wanted: ast.arguments, args: list[Any], options: dict[str, Any]) -> dict[str, Any]:
        names = [argument.arg for argument in (*wanted.posonlyargs, *wanted.args)]
        defaults = [self.evaluate(node) for node in wanted.defaults]
        bound: dict[str, Any] = dict.fromkeys((*names, *(argument.arg for argument in wanted.kwonlyargs)), UNKNOWN)
        bound.update(zip(names[len(names) - len(defaults) :], defaults, strict=True))
        pairs = zip(wanted.kwonlyargs, wanted.kw_defaults, strict=True)
        bound.update((argument.arg, self.evaluate(node)) for argument, node in pairs if node is not None)
        bound.update(zip(names, args, strict=False))
        return bound | {name: value for name, value in options.items() if name in bound}

    # Statements, one method a kind.

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            root = alias.name.partition(".")[0]
            self.scopes[-1][alias.asname or root] = Symbol(alias.name if alias.asname else root)

    def _import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.scopes[-1][alias.asname or alias.name] = Symbol(f"{node.module or ''}.{alias.name}")

    def _define(self, node: ast.FunctionDef) -> None:
        self.scopes[-1][node.name] = self._functions[node.name] = Function(node)

    def _class(self, node: ast.ClassDef) -> None:
        """A class that holds constants alone is a place to look them up."""
        constants: dict[str, Any] = {}
        for statement in node.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                constants[statement.targets[0].id] = self.evaluate(statement.value)
        self.scopes[-1][node.name] = Made(NAMESPACE, options=constants, line=node.lineno)
        self._not_followed(node, "the methods of a class are not followed")

    def _assign(self, node: ast.Assign) -> None:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.bind(target, value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.bind(node.target, self.evaluate(node.value))

    def _augmented(self, node: ast.AugAssign) -> None:
        joined = ast.BinOp(_as_value(node.target), node.op, node.value)
        self.bind(node.target, self.evaluate(ast.copy_location(joined, node)))

    def bind(self, target: ast.expr, value: Any) -> None:
        """Names, tuples of them, and `layer.trainable`."""
        if isinstance(target, ast.Name):
            self.scopes[-1][target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value)
        elif isinstance(target, ast.Attribute) and target.attr == "trainable":
            self._set_trainable(target, value)

    def _unpack(self, targets: list[ast.expr], value: Any) -> None:
        known = isinstance(value, tuple | list) and len(value) == len(targets)
        for place, target in enumerate(targets):
            # Of a dataset that comes in parts, each part stands for the dataset.
            self.bind(target, value[place] if known else value if isinstance(value, Made) else UNKNOWN)

    def _set_trainable(self, target: ast.Attribute, value: Any) -> None:
        owner = self.evaluate(target.value)
        if not isinstance(value, bool | int):
            self.miss(target.lineno, "what trainable is set to is not known, so it was left as it was")
        elif isinstance(owner, Net | Model | Made):
            owner.set_trainable(bool(value), target.lineno)
        else:
            self.miss(target.lineno, "trainable is set on something that is not known here")

    def _expression(self, node: ast.Expr) -> None:
        self.evaluate(node.value)

    def _if(self, node: ast.If) -> None:
        test = self.evaluate(node.test)
        if test is UNKNOWN or isinstance(test, Symbol):
            self._not_followed(node, "the condition is not known, so neither way was followed")
            return
        self.run(node.body if test else node.orelse)

    def _for(self, node: ast.For) -> None:
        items = self.evaluate(node.iter)
        if not isinstance(items, tuple | list):
            self._not_followed(node, "what the loop goes over is not known, so it was not followed")
            return
        self._loop(node, items)

    def _loop(self, node: ast.For, items: tuple[Any, ...] | list[Any]) -> None:
        if isinstance(items, LayerList) and items.open_end:
            self.note(
                node.lineno, "the layers of ImageNet's own classifier are left out; the manifest has its own head"
            )
        for item in list(items):
            self.step()
            self.bind(node.target, item)
            try:
                self.run(node.body)
            except LoopEnded as end:
                if end.broken:
                    return

    def _body(self, node: ast.With | ast.Try) -> None:
        self.run(node.body)

    def _return(self, node: ast.Return) -> None:
        raise Returned(None if node.value is None else self.evaluate(node.value))

    def _end_loop(self, node: ast.Break | ast.Continue) -> None:
        raise LoopEnded(broken=isinstance(node, ast.Break))

    def _unfollowed(self, node: ast.stmt) -> None:
        if not isinstance(node, ast.Pass | ast.Global | ast.Nonlocal | ast.Delete | ast.Assert | ast.Raise):
            self._not_followed(node, f"{_KINDS.get(type(node), 'this statement')} is not followed")

    def _not_followed(self, node: ast.stmt, why: str) -> None:
        if _TELLING.intersection(_names(node)):
            self.miss(node.lineno, why)


_KINDS: dict[type[ast.stmt], str] = {ast.While: "a while loop"}
_STATEMENTS: dict[type[ast.stmt], Callable[[Reader, Any], None]] = {
    ast.Import: Reader._import,
    ast.ImportFrom: Reader._import_from,
    ast.FunctionDef: Reader._define,
    ast.ClassDef: Reader._class,
    ast.Assign: Reader._assign,
    ast.AnnAssign: Reader._annotated,
    ast.AugAssign: Reader._augmented,
    ast.Expr: Reader._expression,
    ast.If: Reader._if,
    ast.For: Reader._for,
    ast.With: Reader._body,
    ast.Try: Reader._body,
    ast.Return: Reader._return,
    ast.Break: Reader._end_loop,
    ast.Continue: Reader._end_loop,
}


def _names(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Name):
            yield child.id
        elif isinstance(child, ast.Attribute):
            yield child.attr


def _as_value(target: ast.expr) -> ast.expr:
    """The target of `+=`, to be read."""
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    return target

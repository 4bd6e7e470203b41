"""The checklist as it is printed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from tests.checklist.collect import Proof
from tests.checklist.lines import Line


def problems(lines: Sequence[Line], proofs: Sequence[Proof]) -> list[str]:
    """A sentence for each line that no test proves, and for each marker that names no line."""
    known = {line.number for line in lines}
    gaps = [f"line {line.number} has no test: {line.words}" for line in lines if not proofs_of(line, proofs)]
    strange = [
        f"{proof.test}: checklist({'' if number is None else repr(number)}) names no line, "
        f"they are 1 to {max(known, default=0)}"
        for proof in proofs
        for number in proof.numbers
        if type(number) is not int or number not in known
    ]
    idle = [f"{proof.test} proves a line and runs in no target" for proof in proofs if not proof.targets]
    return [*gaps, *strange, *idle]


def proofs_of(line: Line, proofs: Iterable[Proof]) -> list[Proof]:
    """The tests of one line."""
    return [proof for proof in proofs if line.number in proof.numbers]


def show(console: Console, lines: Sequence[Line], proofs: Sequence[Proof]) -> None:
    """Prints group by group each line, its tests and where they run; colours where the console has them."""
    for group, of_group in groupby(lines, lambda line: line.group):
        console.print(Text(f"\n{group}", "bold"), soft_wrap=True)
        for line in of_group:
            _show_line(console, line, proofs_of(line, proofs))


def show_verdict(console: Console, lines: Sequence[Line], proofs: Sequence[Proof], wrong: Sequence[str]) -> None:
    """Prints what is wrong, and how many tests prove how many lines."""
    for problem in wrong:
        console.print(Text(problem, "red"), soft_wrap=True)
    proved = sum(1 for line in lines if proofs_of(line, proofs))
    told = f"\n{proved} of {len(lines)} lines have a test, by {len(proofs)} tests"
    console.print(Text(told, "red" if wrong else "green"), soft_wrap=True)


def _show_line(console: Console, line: Line, proofs: Sequence[Proof]) -> None:
    console.print(Text(f"{line.number:3}  ", "cyan") + Text(line.words), soft_wrap=True)
    for proof in proofs:
        console.print(Text(f"       {proof.test}") + Text(f"  {_where(proof)}", "dim"), soft_wrap=True)
    if line.whole:
        console.print(Text(f"       at full size: {line.whole}", "dim"), soft_wrap=True)
    if not proofs:
        console.print(Text("       no test", "bold red"), soft_wrap=True)


def _where(proof: Proof) -> str:
    cases = [f"{target} ({number} cases)" if number > 1 else target for target, number in proof.targets.items()]
    return ", ".join(cases) or "in no target"

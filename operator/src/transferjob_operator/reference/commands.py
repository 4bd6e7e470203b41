"""The reference page of the command line: the help of every command, from the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from transferjob_operator.cli.app import app

_WIDTH = 80
_HEADING = "# The command line\n\n`transferjob COMMAND --help` shows the same.\n"


def commands() -> str:
    """Help of the program and of each command."""
    program = typer.main.get_command(app)
    with program.make_context("transferjob", [], resilient_parsing=True) as context:
        context.terminal_width = _WIDTH
        parts = [_section("transferjob", program.get_help(context)), *_of_commands(program, context)]
    return _HEADING + "".join(parts)


def _of_commands(program: object, context: Any) -> Iterator[str]:
    for name, command in sorted(getattr(program, "commands", {}).items()):
        below = type(context)(command, info_name=name, parent=context, terminal_width=_WIDTH)
        yield _section(f"transferjob {name}", command.get_help(below))


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"\n## {title}\n\n```text\n{lines}\n```\n"

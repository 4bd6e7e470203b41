"""`transferjob completion`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Shell = Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]


def completion(shell: Shell) -> None:
    """Print the script that has a shell complete commands, options, and names of jobs and backbones."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # it has no __all__

    from ..output import say
    from ..program import COMPLETE_VARIABLE, PROGRAM

    say(get_completion_script(prog_name=PROGRAM, complete_var=COMPLETE_VARIABLE, shell=shell))

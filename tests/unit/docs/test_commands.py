"""Every command in the documentation is one of the command line, with those flags; every make target exists."""

import re
from typing import Any

import typer

from tests.unit.docs.blocks import ROOT, commands, mentions
from transferjob_operator.cli.app import app

PROGRAM: Any = typer.main.get_command(app)
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def parse(arguments: list[str]) -> None:
    """Parses as the program would; runs nothing. Raises a usage error."""
    with PROGRAM.make_context("transferjob", list(arguments)) as context:
        name, command, rest = PROGRAM.resolve_command(context, [*context._protected_args, *context.args])
        command.make_context(name, rest, parent=context).close()


def fault(arguments: list[str]) -> str | None:
    try:
        parse(arguments)
    except Exception as error:
        return f"{type(error).__name__}: {getattr(error, 'message', error)}"
    return None


def test_whole_commands_are_parsed() -> None:
    found = list(commands("transferjob"))
    assert len(found) > 20
    wrong = [(place, " ".join(words), said) for place, words in found if (said := fault(words))]
    assert wrong == []


def test_the_check_sees_a_flag_and_a_command_that_do_not_exist() -> None:
    assert "--never" in str(fault(["list", "--never"]))
    assert fault(["lists"])
    assert fault(["describe"])


def test_mentions_name_commands_and_flags_that_exist() -> None:
    wrong = [
        (page, " ".join(words))
        for page, words in mentions("transferjob")
        if words[0].islower() and not set(re.findall(r"(?<!\S)--?[a-z-]+", " ".join(words[1:]))) <= _flags(words[0])
    ]
    assert wrong == []


def _flags(name: str) -> set[str]:
    command = PROGRAM.commands.get(name)
    assert command is not None, f"there is no command {name}"
    return {"--help", "-h", *(flag for option in command.params for flag in [*option.opts, *option.secondary_opts])}


def test_make_targets_exist() -> None:
    named = {words[0] for _, words in [*commands("make"), *mentions("make")] if words and words[0].islower()}
    assert named
    assert named - TARGETS == set()

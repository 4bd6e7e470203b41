import json
import subprocess
import sys

import pytest

from bench.cli.starts import STARTS, measure
from transferjob_operator.cli.exit_codes import MEANINGS

OURS = ("transferjob_operator.api", "transferjob_operator.kube", "transferjob_trainer")
SLOW = ("kubernetes", "tensorflow", "keras", "orjson", "yaml", "urllib3", "rich.live", "rich.table", *OURS)
COMMANDS = (
    *("submit", "list", "status", "describe", "events", "logs", "wait", "suspend", "resume", "retry", "delete"),
    *("compare", "report", "predict", "serve", "doctor", "init", "convert", "explain", "run", "backbones"),
    *("completion", "version"),
)
_HELP = "from transferjob_operator.cli.main import main; main()"
_LOADED = """
import json, sys
from transferjob_operator.cli.main import main
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def _python(code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("--help",), *((command, "--help") for command in COMMANDS)])
def test_help_loads_nothing_slow(arguments: tuple[str, ...]) -> None:
    result = _python(_LOADED, *arguments)
    assert result.returncode == 0
    loaded = set(json.loads(result.stderr))
    assert loaded.isdisjoint(SLOW)
    assert arguments != ("--help",) or "pydantic" not in loaded  # typer itself takes it to describe a command


def test_help_shows_commands_examples_and_every_exit_code() -> None:
    text = _python(_HELP, "--help").stdout
    for command in COMMANDS:
        assert f"\n  {command} " in text
    assert "transferjob submit -f flowers.yaml --watch" in text
    for code, meaning in MEANINGS.items():
        assert f"{int(code):>3}  {meaning}" in text


def test_help_takes_less_than_twice_a_bare_import_of_typer_and_rich() -> None:
    measured = {start.name: start for start in measure(5, STARTS[:2])}
    assert measured["--help"].cpu_seconds <= 2 * measured["import typer, rich"].cpu_seconds


def test_wrong_usage_exits_with_two_and_no_traceback() -> None:
    result = _python(_HELP, "describe")
    assert result.returncode == 2
    assert "NAME" in result.stderr
    assert "Traceback" not in result.stderr


def test_every_command_has_examples_and_a_line_that_is_not_cut() -> None:
    text = _python(_HELP, "--help").stdout
    assert "..." not in text.split("Commands:")[1].split("Examples:")[0]
    for command in COMMANDS:
        page = _python(_HELP, command, "--help").stdout
        assert f"Examples:\n    transferjob {command}" in page

"""Runs the console blocks of a page, section by section, in one shell, and compares what is shown."""

import os
import re
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from tests.unit.docs.blocks import ROOT, Block, Step, blocks, steps

_DONE = "\x1e"
_SETUP = ("make install",)
"""Made what the tests themselves run in."""


def section_steps(page: Path, *titles: str) -> list[Step]:
    """The commands below headings of a page, in order. Raises KeyError for a heading that is not there."""
    heads = [(page.read_text().count("\n", 0, at.start()) + 1, at[1]) for at in _headings(page)]
    for title in titles:
        if title not in (text for _, text in heads):
            raise KeyError(title)
    return [step for block in blocks(page) if _title(block, heads) in titles for step in _console(block)]


def _headings(page: Path) -> list[re.Match[str]]:
    return list(re.finditer(r"^## (.+)$", page.read_text(), re.MULTILINE))


def _title(block: Block, heads: list[tuple[int, str]]) -> str:
    return next((text for line, text in reversed(heads) if line < block.line), "")


def _console(block: Block) -> list[Step]:
    return steps(block) if block.language == "console" else []


class Shell:
    """A bash that keeps its folder and variables from one command to the next; what it started ends with it."""

    def __init__(self, home: Path, **environment: str) -> None:
        """Starts in the checkout, with `home` as the home folder."""
        env = {
            **os.environ,
            "HOME": str(home),
            "COLUMNS": "80",
            "LANG": "C.UTF-8",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "NO_COLOR": "1",
        }
        env = {name: value for name, value in env.items() if name != "KUBECONFIG"} | environment
        env["PATH"] = f"{environment.get('TOOLS', '')}:{Path(sys.executable).parent}:{os.environ['PATH']}".lstrip(":")
        self._bash = subprocess.Popen(
            ["bash", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd=ROOT, env=env, start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["pkill", "-TERM", "-s", str(self._bash.pid)], check=False)
        self._bash.kill()
        self._bash.communicate()

    def play(self, step: Step, seconds: float) -> None:
        """Runs a command; fails when it fails, or shows something else than the page."""
        if step.command in _SETUP:
            return
        code, output = self._run(step.command, seconds)
        told = f"{step.place}: $ {step.command}\n{output}"
        assert code == 0, told
        assert not step.shown or matches(step.shown, output), f"{told}\nthe page shows:\n{step.shown}"

    def _run(self, command: str, seconds: float) -> tuple[int, str]:
        assert self._bash.stdin is not None
        # In the same shell, so that cd and variables stay; the mark tells the end and the exit code.
        self._bash.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '{_DONE}%s\\n' $?\n".encode())
        self._bash.stdin.flush()
        text = self._read_to_mark(time.monotonic() + seconds, command)
        output, _, code = text.rpartition(_DONE)
        return int(code), output

    def _read_to_mark(self, deadline: float, command: str) -> str:
        assert self._bash.stdout is not None
        read = b""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._bash.stdout, selectors.EVENT_READ)
            while not re.search(rb"\x1e\d+\n$", read):
                left = deadline - time.monotonic()
                assert left > 0, f"$ {command} is not done in time:\n{read.decode(errors='replace')[-3000:]}"
                if waiting.select(left):
                    more = os.read(self._bash.stdout.fileno(), 1 << 16)
                    assert more, f"$ {command} ended the shell:\n{read.decode(errors='replace')[-3000:]}"
                    read += more
        return read.decode(errors="replace")


def matches(shown: str, output: str) -> bool:
    """Whether an output is what a page shows: `...` stands for any lines or words; ends of lines do not count."""
    pattern = "".join(_pattern(line.rstrip()) for line in shown.strip("\n").splitlines())
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in output.strip("\n").splitlines())) is not None


def _pattern(line: str) -> str:
    return "(?:.*\n)*" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + "\n"

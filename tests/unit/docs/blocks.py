"""The code blocks of the documentation, where they stand, and the commands in them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^( *)(`{3,}) *([^\n`]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_INCLUDE = re.compile(r'^--8<-- "([^"]+)"$', re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SHELL = ("console", "sh")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; included files are read into it."""

    file: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """What people read: the site without decision records and generated pages, and the READMEs."""
    site = [path for path in sorted(DOCS.rglob("*.md")) if path.parent.name not in ("adr", "reference")]
    return [*site, ROOT / "README.md", ROOT / "examples/README.md", ROOT / "charts/transferjob/README.intro.md"]


def blocks(file: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = file.read_text()
    return [_block(file, text, found) for found in _BLOCK.finditer(text)]


def _block(file: Path, text: str, found: re.Match[str]) -> Block:
    indent, language = len(found[1]), found[3].split()
    body = "".join(line[indent:] if line.strip() else "\n" for line in found[4].splitlines(keepends=True))
    body = _INCLUDE.sub(lambda include: (ROOT / include[1]).read_text().rstrip("\n"), body)
    return Block(file, text.count("\n", 0, found.start()) + 1, language[0] if language else "", body)


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a console block, and the output that is shown below it."""

    command: str
    shown: str
    place: str


def steps(block: Block) -> list[Step]:
    """The commands of a shell block: lines after a prompt in `console`, all lines in `sh`."""
    if block.language == "sh":
        return [Step(line, "", block.place) for line in _joined(block.text) if not line.startswith("#")]
    made: list[Step] = []
    for line in _joined(block.text):
        if line.startswith("$ "):
            made.append(Step(line[2:], "", block.place))
        elif made:
            made[-1] = Step(made[-1].command, f"{made[-1].shown}{line}\n", block.place)
    return made


def steps_of(file: Path) -> list[Step]:
    """The commands of a page, in order."""
    return [step for block in blocks(file) if block.language in _SHELL for step in steps(block)]


def _joined(text: str) -> list[str]:
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def commands(program: str) -> Iterator[tuple[str, list[str]]]:
    """Every whole command of a program in the pages' shell blocks: place and arguments."""
    for page in pages():
        for block in blocks(page):
            if block.language in _SHELL:
                for step in steps(block):
                    yield from ((step.place, words[1:]) for words in _simple(step.command) if words[0] == program)


def mentions(program: str) -> Iterator[tuple[str, list[str]]]:
    """Every mention of a program in the running text, which may be a part of a command."""
    for page in pages():
        text = _BLOCK.sub("", page.read_text())
        for found in _INLINE.finditer(text):
            if found[1].startswith(f"{program} "):
                yield page.name, found[1].split()[1:]


def _simple(command: str) -> Iterator[list[str]]:
    """The simple commands of a line, without variables, redirections and what is put in by $(...)."""
    command = re.sub(r"\$\(([^()]*)\)", "X", command)
    for part in re.split(r"\|\||&&|[|;&]", command):
        words = shlex.split(re.sub(r"[<>]\S* ?\S+", "", part), comments=True)
        while words and re.match(r"^[A-Z_]+=", words[0]):
            words.pop(0)
        if words:
            yield words

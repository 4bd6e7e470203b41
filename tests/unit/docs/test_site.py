"""The site is built without a warning; its links lead somewhere, and nothing in it asks a network."""

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.unit.docs.blocks import ROOT

_FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
_TELLS = ("canonical", "alternate", "prev", "next")


class Page(HTMLParser):
    """Anchors, links and fetched things of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.ids |= {named[name] for name in ("id", "name") if name in named}
        if tag == "html":
            self.language = named.get("lang", "")
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if tag in _FETCHED and named.get("rel") not in _TELLS:
            self.fetched.append(named.get(_FETCHED[tag], ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def built(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text()) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}


def test_every_link_and_anchor_leads_somewhere(built: dict[Path, Page]) -> None:
    assert len(built) > 60
    assert [(page.name, link) for page in built for link in _dead(page, built)] == []


def _dead(path: Path, built: dict[Path, Page]) -> Iterator[str]:
    for link in built[path].links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        there = target.is_file() or (target / "index.html").is_file()
        anchor = unquote(parts.fragment)
        if not there or (anchor and target in built and anchor not in {*built[target].ids, "__skip"}):
            yield link


def test_nothing_is_fetched_from_a_network(site: Path, built: dict[Path, Page]) -> None:
    assert {name for page in built.values() for name in page.fetched if urlsplit(name).netloc} == set()
    styles = [path for path in site.rglob("*.css") if "url(http" in path.read_text() or "@import" in path.read_text()]
    assert styles == []


def test_chinese_pages_say_that_they_are(built: dict[Path, Page]) -> None:
    languages = {page.parent.name: parsed.language for page, parsed in built.items()}
    assert languages["zh-TW"] == "zh-Hant-TW"
    assert languages["tutorial"] == "en"


def test_every_page_is_in_the_navigation() -> None:
    nav = (ROOT / "mkdocs.yml").read_text()
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    listed_by_the_hook = ("adr/0", "how-it-works/")
    assert [page for page in pages if not page.startswith(listed_by_the_hook) and page not in nav] == []

"""What mkdocs.yml cannot say: pages that nobody listed, the decision records, the language of Chinese pages."""

import re
from pathlib import Path
from typing import Any

_RECORDS = "adr/README.md"
_WIDE = ("reference/crd.md", "reference/reasons.md")
"""Pages of wide tables, which take the place of the table of contents."""
_CHINESE = "zh-TW/"
_TITLE = re.compile(r"^# (\d+)\. (.+)$", re.MULTILINE)
_EXPLANATIONS = "How it works"


def on_config(config: Any) -> Any:
    """Puts explanations that mkdocs.yml does not name behind those that it does."""
    (section,) = (entry[_EXPLANATIONS] for entry in config.nav if _EXPLANATIONS in entry)
    files = sorted(Path(config.docs_dir, "how-it-works").glob("*.md"))
    section += [name for file in files if (name := f"how-it-works/{file.name}") not in section]
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, **_: object) -> str:
    """Adds the records, newest last, to their page; makes room for wide tables."""
    if page.file.src_uri in _WIDE:
        page.meta["hide"] = ["toc"]
    if page.file.src_uri != _RECORDS:
        return markdown
    files = sorted(Path(config.docs_dir, "adr").glob("0*.md"))
    return f"{markdown}\n" + "".join(f"- [{_title(file)}]({file.name})\n" for file in files)


def on_post_page(output: str, page: Any, **_: object) -> str:
    """Says that a page is in Chinese, so that browsers choose the glyphs of Taiwan and voices the right language."""
    if page.file.src_uri.startswith(_CHINESE):
        return output.replace('<html lang="en"', '<html lang="zh-Hant-TW"', 1)
    return output


def _title(file: Path) -> str:
    found = _TITLE.search(file.read_text())
    return f"{found[1]}. {found[2]}" if found else file.stem

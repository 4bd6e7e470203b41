"""The page to drop pictures on: one file that needs nothing else and loads nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

PAGE = Path(__file__).with_name("page.html").read_bytes()


def _digest(tag: str) -> str:
    inner = re.search(rb"<%b>(.*)</%b>" % (tag.encode(), tag.encode()), PAGE, re.DOTALL)
    assert inner is not None
    return base64.b64encode(hashlib.sha256(inner[1]).digest()).decode()


POLICY = (
    f"default-src 'none'; script-src 'sha256-{_digest('script')}'; style-src 'sha256-{_digest('style')}';"
    " img-src blob:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
"""Only what stands in the page runs, whatever a label might hold."""

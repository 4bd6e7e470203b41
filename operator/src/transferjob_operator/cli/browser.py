"""Shows a file in the browser of the desktop."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def shown_in_browser(path: Path) -> bool:
    """Whether a browser took it; none is asked where no desktop is, because that would be one in the terminal."""
    desktop = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not desktop:
        return False
    import webbrowser

    try:
        return webbrowser.open(path.as_uri())
    except webbrowser.Error:
        return False

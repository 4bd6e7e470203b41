"""The file of profiles, usually a mounted ConfigMap: read at the start, and again whenever it has changed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from ..core.profiles import InvalidProfiles, Profiles, parse_profiles
from ..errors import SettingsError

LOOK_SECONDS = 2.0
MAX_FILE_BYTES = 512 * 1024

log = logging.getLogger(__name__)
_Stamp = tuple[int, int, int]


class ProfileFile:
    """The profiles of this moment. A file that has become bad is said once, and what was read before stays in force."""

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Reads the file.

        Args:
            path: YAML or JSON, a map of names to sets of defaults; None for no profiles at all.
            clock: monotonic seconds.

        Raises:
            SettingsError: it cannot be read or used.
        """
        self._path, self._clock, self._lock = path, clock, threading.Lock()
        self._looked_at = clock()
        self._stamp = _stamp(path) if path else None
        self._profiles: Profiles = _read(path) if path else {}

    def current(self) -> Profiles:
        """The profiles; looks at the file at most every LOOK_SECONDS. May be called from any thread."""
        with self._lock:
            now = self._clock()
            if self._path is not None and now - self._looked_at >= LOOK_SECONDS:
                self._looked_at = now
                self._look(self._path)
            return self._profiles

    def _look(self, path: Path) -> None:
        stamp = _stamp(path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._profiles = _read(path)
        except SettingsError as error:
            log.error("the profiles stay as they were: %s", error)
        else:
            log.info("profiles: %s", ", ".join(sorted(self._profiles)) or "none")


def _stamp(path: Path) -> _Stamp | None:
    """What changes with the file; through links, because a mounted ConfigMap is exchanged as a link."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(path: Path) -> Profiles:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise SettingsError(f"--profiles {path}: must be at most {MAX_FILE_BYTES} bytes; remove what is not used")
        return parse_profiles(yaml.safe_load(data) or {})
    except OSError as error:
        raise SettingsError(f"--profiles {path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        raise SettingsError(f"--profiles {path}: is not YAML{f', line {where.line + 1}' if where else ''}") from None
    except InvalidProfiles as error:
        raise SettingsError(f"--profiles {path}: {error}") from None

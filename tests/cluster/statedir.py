"""State folders that are swept by the next run when their owner was killed."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "transferjob-"
_LOCK = "owner.lock"


class StateDir:
    """A private temporary folder, locked while its owner lives."""

    def __init__(self, kind: str) -> None:
        """Makes the folder, and removes those of the same `kind` whose owners died without doing so."""
        prefix = f"{_PREFIX}{kind}-"
        _sweep(prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Deletes the folder with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _sweep(prefix: str) -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        # A folder without a lock file is being made right now, or is not ours.
        with contextlib.suppress(OSError), (folder / _LOCK).open("r+") as lock:
            if folder.stat().st_uid != os.getuid():
                continue
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)

"""Child processes that never outlive the Python process that started them, whatever ends it."""

import contextlib
import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

_LAUNCHER = Path(__file__).with_name("launch.py")
_LOG_TAIL_BYTES = 64 * 1024

# The kernel's parent-death signal follows the *thread* that forked, so all children are forked by one thread
# that lives as long as the interpreter.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class StartedInBlock(ABC):
    """What a `with` block starts and stops."""

    @abstractmethod
    def start(self) -> None:
        """Starts it, or leaves nothing running."""

    @abstractmethod
    def stop(self) -> None:
        """Stops it; may be called twice."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class ChildProcess:
    """One running child in a process group of its own, its output in a log file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Starts `command`; standard output and error are appended to `log`.

        `environment` replaces the inherited one; `folder` is the working folder.
        """
        self.name = name
        self.log = log
        self._popen = _spawner.submit(_spawn, command, log, environment, folder).result()

    @property
    def pid(self) -> int:
        """The process id, which is the process group's too."""
        return self._popen.pid

    @property
    def running(self) -> bool:
        """Whether the process has not ended (a paused one runs)."""
        return self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._popen.poll()

    def signal(self, number: int) -> None:
        """Sends a signal to the whole process group; a group that is gone is no error."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def pause(self) -> None:
        """Stops the group (SIGSTOP) and returns when none of its threads runs any more, or when it has ended."""
        self.signal(signal.SIGSTOP)
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            # Taken off, so that the next pause does not find this one's.
            os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int | None:
        """Waits up to `timeout` seconds; the exit code, or None when it still runs."""
        try:
            return self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, grace: float = 0.0) -> None:
        """Ends the group: SIGTERM and up to `grace` seconds, then SIGKILL. Returns when the process is reaped."""
        if grace > 0 and self.running:
            self.signal(signal.SIGTERM)
            self.wait(grace)
        # Also after a clean exit: something that the child started may be left in its group.
        self.signal(signal.SIGKILL)
        self._popen.wait()

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of the log, for an error message."""
        return tail(self.log, lines)


def tail(log: Path, lines: int) -> str:
    """The last `lines` lines of a text file; empty when there is none."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _LOG_TAIL_BYTES))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def _spawn(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None, folder: Path | None
) -> subprocess.Popen[bytes]:
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid())]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*launcher, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            process_group=0,
        )

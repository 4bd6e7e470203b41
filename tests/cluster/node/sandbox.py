"""Runs one container: a process of its own that makes the namespaces, writes the log and reports the end.

`python -m tests.cluster.node.sandbox` reads a plan (one line of JSON) from standard input, then commands ("signal N"),
and writes events (lines of JSON) to standard output. The command of the container is process 1 of its own PID
namespace, as in a container: a signal that it does not handle is ignored by the kernel, SIGKILL aside, and its end
takes every process it started along. When this process ends, however it ends, the kernel kills the container.

Standard library only, and little of it: this is started once for each container.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from tests.cluster.node.crilog import LineWriter
from tests.cluster.node.mounts import Mount, die_with_parent, enter_new_root, unshare

_NEW_PID = 0x20000000
_NEW_MOUNT_UTS_IPC = 0x00020000 | 0x04000000 | 0x08000000
_CHUNK = 65536


def main() -> int:
    """Entry point; `--probe` only tries whether this kernel allows what a container needs."""
    die_with_parent(signal.SIGKILL)
    if sys.argv[1:2] == ["--probe"]:
        return _probe(sys.argv[2])
    plan = json.loads(_first_line())
    try:
        unshare(_NEW_PID)  # of the children: this process stays outside, to outlive the container and keep its log
    except OSError as error:
        _tell(event="failed", message=f"cannot create a PID namespace: {error.strerror}")
        return 1
    return _run(plan)


def _run(plan: dict[str, Any]) -> int:
    (out_read, out_write), (err_read, err_write) = os.pipe(), os.pipe()
    (problem_read, problem_write), (go_read, go_write) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go_write)
        _become(plan, out_write, err_write, go_read, problem_write)
    for descriptor in (problem_write, out_write, err_write, go_read):
        os.close(descriptor)
    os.write(go_write, b"g")
    problem = _read_all(problem_read)
    if problem:
        os.waitpid(child, 0)
        _tell(event="failed", message=problem.decode(errors="replace"))
        return 1
    _tell(event="started", pid=child)
    with Path(plan["log"]).open("ab", buffering=0) as log:
        _attend(child, {out_read: LineWriter(log, "stdout"), err_read: LineWriter(log, "stderr")})
    _, status = os.waitpid(child, 0)
    _tell(event="exited", code=os.waitstatus_to_exitcode(status))
    return 0


def _attend(child: int, streams: dict[int, LineWriter]) -> None:
    """Copies output to the log and passes signals on, until the container has ended and its output is read."""
    ended = os.pidfd_open(child)
    with selectors.DefaultSelector() as selector:
        for descriptor in (0, ended, *streams):
            selector.register(descriptor, selectors.EVENT_READ)
        alive = True
        while alive or streams:
            for key, _ in selector.select():
                if key.fd == ended:
                    alive = False
                    selector.unregister(ended)
                elif key.fd == 0:
                    _obey(child, selector, alive)
                elif data := os.read(key.fd, _CHUNK):
                    streams[key.fd].write(data)
                else:
                    selector.unregister(key.fd)
                    streams.pop(key.fd).close()


def _obey(child: int, selector: selectors.BaseSelector, alive: bool) -> None:
    commands = os.read(0, _CHUNK)
    if not commands:
        selector.unregister(0)
        commands = b"signal 9\n"
    for command in commands.decode().splitlines():
        if alive:
            os.kill(child, int(command.split()[1]))


def _become(plan: dict[str, Any], out: int, err: int, go: int, problem: int) -> NoReturn:
    """In the child: builds the root and becomes the container's command; what goes wrong is written to `problem`."""
    try:
        die_with_parent(signal.SIGKILL)
        if not os.read(go, 1):  # the parent was gone before the line above
            os._exit(1)
        os.setsid()
        unshare(_NEW_MOUNT_UTS_IPC)
        socket.sethostname(plan["hostname"])
        os.umask(0o022)
        mounts = [Mount(**entry) for entry in plan["mounts"]]
        enter_new_root(plan["scratch"], plan["read_only_root"], mounts, plan["hidden"])
        _working_folder(plan["cwd"])
        _streams(out, err)
        _execute(plan["argv"], plan["env"])
    except BaseException as error:
        os.write(problem, str(error).encode()[:4000])
    finally:
        os._exit(1)


def _working_folder(path: str) -> None:
    Path(path).mkdir(parents=True, exist_ok=True)
    os.chdir(path)


def _streams(out: int, err: int) -> None:
    null = os.open("/dev/null", os.O_RDONLY)
    for source, target in ((null, 0), (out, 1), (err, 2)):
        os.dup2(source, target)


def _execute(argv: list[str], env: dict[str, str]) -> NoReturn:
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(argv[0], argv, env)
    except FileNotFoundError:
        raise FileNotFoundError(f'exec: "{argv[0]}": executable file not found in $PATH') from None
    except OSError as error:
        raise OSError(f'exec: "{argv[0]}": {(error.strerror or "").lower()}') from None


def _probe(scratch: str) -> int:
    """Makes an empty container in a throw-away process; the exit status and one sentence say whether it worked."""
    try:
        unshare(_NEW_PID)
        child = os.fork()
        if child == 0:
            try:
                unshare(_NEW_MOUNT_UTS_IPC)
                enter_new_root(scratch, True, [], [])
                os._exit(0)
            except OSError as error:
                os._exit(error.errno or 1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except OSError as error:
        code = error.errno or 1
    if code:
        print(f"this kernel or the container around it forbids new mount namespaces or overlays: {os.strerror(code)}")
    return 1 if code else 0


def _first_line() -> bytes:
    """Reads the plan; commands follow only after the container has started."""
    line = b""
    while not line.endswith(b"\n"):
        data = os.read(0, _CHUNK)
        if not data:
            sys.exit("the plan ended early: the node is gone")
        line += data
    return line


def _read_all(descriptor: int) -> bytes:
    data = b""
    while chunk := os.read(descriptor, _CHUNK):
        data += chunk
    os.close(descriptor)
    return data


def _tell(**event: object) -> None:
    os.write(1, json.dumps({**event, "time": time.time()}).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main())

"""Becomes the given program, which the kernel will kill when the parent dies.

Run as `python -I -S launch.py PARENT_PID PROGRAM ARGUMENT...`, never imported: a launcher of its own instead of
`preexec_fn`, which is not safe in a process with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, program, *arguments = sys.argv[1:]
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        sys.exit(f"launch: prctl(PR_SET_PDEATHSIG): {os.strerror(ctypes.get_errno())}")
    # The parent may have died before the call above: then nobody would ever send the signal.
    if os.getppid() != int(parent):
        sys.exit("launch: the parent is gone")
    try:
        os.execvp(program, [program, *arguments])
    except OSError as error:
        sys.exit(f"launch: {program}: {error.strerror}")


if __name__ == "__main__":
    main()

"""Process 1 of the sandbox: runs one command, reaps everybody, and ends with the command's exit code.

Run as `python -I -S init.py COMMAND...`. When it ends, the kernel ends all that is left in its process namespace.
"""

import os
import signal
import sys


def main() -> int:
    # What a shell starts in the background ignores SIGINT, and so would the command.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    child = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
    # A terminal sends Ctrl-C to the whole group, so the command hears of it by itself; SIGTERM comes to us alone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGINT))
    while True:
        ended, status = os.wait()
        if ended == child:
            return abs(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    sys.exit(main())

from __future__ import annotations

import subprocess
import sys

COUNT_ARENAS = """
import ctypes, sys, threading
from transferjob_operator.malloc import share_one_arena

if "shared" in sys.argv:
    assert share_one_arena()
library = ctypes.CDLL(None)
library.malloc.restype = library.fopen.restype = ctypes.c_void_p
together = threading.Barrier(4)


def allocate():
    together.wait()
    for _ in range(200):
        library.malloc(50_000)


threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
stream = ctypes.c_void_p(library.fopen(b"/dev/stdout", b"w"))
library.malloc_info(0, stream)
library.fclose(stream)
"""


def arenas(word: str) -> int:
    run = subprocess.run([sys.executable, "-c", COUNT_ARENAS, word], capture_output=True, text=True, check=True)
    return run.stdout.count("<heap nr=")


def test_all_threads_share_one_arena() -> None:
    assert arenas("shared") == 1
    assert arenas("apart") > 1, "the count shows nothing"

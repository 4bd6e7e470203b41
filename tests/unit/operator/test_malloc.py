from __future__ import annotations

import subprocess
import sys

import psutil

from transferjob_operator.malloc import GIVE_BACK_SECONDS, FreedMemory

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


def test_freed_memory_goes_back_to_the_kernel() -> None:
    now = 0.0
    freed = FreedMemory(lambda: now)
    kept, given_up = [], []
    for _ in range(30_000):  # pieces that are in use between pieces that are not: none of it is at the end of the heap
        kept.append(bytes(600))
        given_up.append(bytes(16_000))
    held = psutil.Process().memory_info().rss
    given_up.clear()
    assert not freed.give_back_when_due()
    now = GIVE_BACK_SECONDS
    assert freed.give_back_when_due()
    assert psutil.Process().memory_info().rss < held - 200e6
    assert not freed.give_back_when_due()
    assert len(kept) == 30_000

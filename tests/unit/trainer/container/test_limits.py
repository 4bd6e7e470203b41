"""The cgroup's limits count, in both of its versions."""

import os
from pathlib import Path

import pytest

from transferjob_trainer.container.limits import cores, describe_limits, memory_limit

HOST = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
AVAILABLE = len(os.sched_getaffinity(0))


def _write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, HOST),
        ({"memory.max": "max\n"}, HOST),
        ({"memory.max": "1048576\n"}, 1048576),
        ({"memory/memory.limit_in_bytes": "2097152\n"}, 2097152),
        ({"memory/memory.limit_in_bytes": "9223372036854771712\n"}, HOST),
    ],
)
def test_memory(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    assert memory_limit(_write(tmp_path, files)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, AVAILABLE),
        ({"cpu.max": "max 100000\n"}, AVAILABLE),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "150000 100000\n"}, min(2, AVAILABLE)),
        ({"cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, AVAILABLE),
    ],
)
def test_cores(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    assert cores(_write(tmp_path, files)) == expected


NESTED = """5:memory,hugetlb:/kubepods/pod1/main
4:cpu,cpuacct:/kubepods/pod1/main
0::/kubepods.slice/pod1/main
"""


@pytest.mark.parametrize(
    ("files", "memory", "processors"),
    [
        # Every level counts: the pod's limit may be smaller than the container's.
        ({"kubepods.slice/pod1/main/memory.max": "4096", "kubepods.slice/pod1/memory.max": "2048"}, 2048, AVAILABLE),
        ({"memory/kubepods/pod1/memory.limit_in_bytes": "2048", "memory/kubepods/pod1/main/x": ""}, 2048, AVAILABLE),
        ({"kubepods.slice/pod1/main/cpu.max": "50000 100000", "kubepods.slice/cpu.max": "max 100000"}, HOST, 1),
        # Somebody else's cgroup does not.
        ({"kubepods.slice/pod2/main/memory.max": "4096"}, HOST, AVAILABLE),
    ],
)
def test_a_process_below_the_root(tmp_path: Path, files: dict[str, str], memory: int, processors: int) -> None:
    (tmp_path / "membership").write_text(NESTED)
    root = _write(tmp_path / "cgroup", files)
    assert memory_limit(root, tmp_path / "membership") == memory
    assert cores(root, tmp_path / "membership") == processors


def test_both_are_told(tmp_path: Path) -> None:
    files = {"memory.max": str(512 << 20), "cpu.max": "150000 100000"}
    text = describe_limits(_write(tmp_path, files), tmp_path / "nothing")
    assert f"{min(2, AVAILABLE)} of {AVAILABLE} processors (quota 1.5), 512 MiB of memory of the machine's" in text
    assert "quota" not in describe_limits(tmp_path / "empty", tmp_path / "nothing")

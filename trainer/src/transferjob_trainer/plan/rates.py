"""Static speeds of devices: the same for every run, so that two runs of a job decide alike.

Rough on purpose. Only ratios decide, and measuring would make the decision a matter of what else the machine does.
"""

from __future__ import annotations

from dataclasses import dataclass

_CORE_WORK = 1.1e10
"""Multiplications a second of one core: ResNet50 at 32 pixels with oneDNN, 3.5 ms a picture on two."""
_GPU_WORK = 3e12
_CPU_READING = 4e9
_GPU_READING = 6e9
_DISK = 4e8


@dataclass(frozen=True, slots=True)
class Rates:
    """What a device does in a second."""

    work: float
    """Multiplications of a forward pass."""
    memory: float
    """Bytes of features gathered from memory, and moved to the device."""
    disk: float = _DISK
    """Bytes of features read from or written to a disk."""

    def reading(self, memory: bool) -> float:
        """Bytes a second of features that lie in memory, in the kernel's page cache too, or on disk."""
        return self.memory if memory else self.disk


def rates_of(device: str, cores: int) -> Rates:
    """The speeds of a GPU, or of so many cores."""
    return Rates(_GPU_WORK, _GPU_READING) if device == "GPU" else Rates(_CORE_WORK * cores, _CPU_READING)

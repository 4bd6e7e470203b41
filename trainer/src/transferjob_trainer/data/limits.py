"""What loading may use of the machine."""

from ..container import cores, memory_limit

__all__ = ["cores", "memory_limit"]

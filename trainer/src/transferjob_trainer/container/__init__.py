"""What this process may use of its machine: the limits of its cgroup, not the host's size."""

from .limits import cores, memory_limit

__all__ = ["cores", "memory_limit"]

"""Stands for a GPU's driver in the trainer's container: nodes of the test have GPUs in their status alone.

Python reads it as `sitecustomize`; TensorFlow then lists as many GPUs as $STAND_IN_GPUS says, and computes on the
processor as before.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any


class _Loader(importlib.abc.Loader):
    """Loads TensorFlow as it is, then adds the GPUs."""

    def __init__(self, loader: importlib.abc.Loader) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _add(module.config)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


def _add(config: Any) -> None:
    listed = config.list_physical_devices
    gpus = [f"/physical_device:GPU:{number}" for number in range(int(os.environ["STAND_IN_GPUS"]))]

    def list_physical_devices(device_type: str | None = None) -> list[Any]:
        return gpus if device_type == "GPU" else listed(device_type)

    config.list_physical_devices = list_physical_devices


sys.meta_path.insert(0, _Finder())

"""What the resource is called."""

from __future__ import annotations

from typing import Final

GROUP: Final = "transferjob.dev"
VERSION: Final = "v1alpha1"
KIND: Final = "TransferJob"
PLURAL: Final = "transferjobs"
API_VERSION: Final = f"{GROUP}/{VERSION}"

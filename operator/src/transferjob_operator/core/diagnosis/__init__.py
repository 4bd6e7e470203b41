"""Why a job does not run or has ended: one table of reasons, and the readers that find them in records."""

from .diagnose import diagnose
from .diagnosis import Diagnosis
from .row import Row
from .table import ROWS, row

__all__ = ["ROWS", "Diagnosis", "Row", "diagnose", "row"]

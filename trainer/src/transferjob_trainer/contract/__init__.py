"""The contract between operator and trainer: run file, progress, termination message, result, exit codes.

Pydantic and the standard library only; both sides import it and are tested against the same golden files.
"""

from .backbone import BackboneSpec, WeightsFrom
from .backbone_table import BACKBONES, BackboneFacts, Variant
from .exit_codes import ENDING_BY_CODE, ENDINGS, Ending, ExitCode, codes_with_retry
from .freeze import FreezeSpec
from .progress import Progress
from .report import CheckpointReport, DatasetReport, ModelReport
from .result import Artifact, Result
from .run_file import JobIdentity, RunFile, TrainingPart
from .termination import PublishedResult, Termination, decode_termination

__all__ = [
    "BACKBONES",
    "ENDINGS",
    "ENDING_BY_CODE",
    "Artifact",
    "BackboneFacts",
    "BackboneSpec",
    "CheckpointReport",
    "DatasetReport",
    "Ending",
    "ExitCode",
    "FreezeSpec",
    "JobIdentity",
    "ModelReport",
    "Progress",
    "PublishedResult",
    "Result",
    "RunFile",
    "Termination",
    "TrainingPart",
    "Variant",
    "WeightsFrom",
    "codes_with_retry",
    "decode_termination",
]

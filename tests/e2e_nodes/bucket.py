"""Whether what a status says of a model is what lies in the bucket."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def broken(bucket: Path, result: dict[str, Any]) -> list[str]:
    """What of a published result is not as its status and its result.json say; empty when all is."""
    folder = bucket / result["modelURI"].removeprefix(f"s3://{bucket.name}/")
    if folder.name != result["digest"]:
        return [f"{folder.name} is not the digest {result['digest']}"]
    document = json.loads((folder / "result.json").read_text())
    wrong = [] if document["digest"] == result["digest"] else ["result.json has another digest"]
    files = [artifact for artifact in document["artifacts"] if (folder / artifact["path"]).is_file()]
    return wrong + [
        f"{file['path']} has other bytes" for file in files if _digest(folder / file["path"]) != file["sha256"]
    ]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()

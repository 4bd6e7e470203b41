from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from transferjob_trainer.contract import Progress, Result, RunFile, Termination, decode_termination
from transferjob_trainer.contract.termination import MAX_TERMINATION_BYTES

GOLDEN = Path(__file__).parent / "golden"
DOCUMENTS: list[tuple[str, type[BaseModel]]] = [
    ("run_file.json", RunFile),
    ("progress.json", Progress),
    ("termination.json", Termination),
    ("result.json", Result),
]


@pytest.mark.parametrize(("name", "model"), DOCUMENTS, ids=[name for name, _ in DOCUMENTS])
def test_a_golden_document_is_read_and_written_unchanged(name: str, model: type[BaseModel]) -> None:
    text = (GOLDEN / name).read_text()
    written = model.model_validate_json(text).model_dump(mode="json", by_alias=True, exclude_none=True)
    assert written == json.loads(text)


@pytest.mark.parametrize(("name", "model"), DOCUMENTS[1:], ids=[name for name, _ in DOCUMENTS[1:]])
def test_a_newer_trainers_document_is_read_by_an_older_operator(name: str, model: type[BaseModel]) -> None:
    newer = {**json.loads((GOLDEN / name).read_text()), "addedLater": {"x": 1}}
    assert model.model_validate(newer) == model.model_validate_json((GOLDEN / name).read_text())


def test_a_run_file_with_a_field_that_the_trainer_does_not_know_is_refused() -> None:
    newer = {**json.loads((GOLDEN / "run_file.json").read_text()), "addedLater": True}
    with pytest.raises(ValueError, match="addedLater"):
        RunFile.model_validate(newer)


def test_a_termination_message_that_is_too_long_keeps_its_reason() -> None:
    whole = Termination.model_validate_json((GOLDEN / "termination.json").read_text())
    data = whole.model_copy(update={"log_tail": "x" * 5000, "message": "y" * 5000}).encode()
    assert len(data) <= MAX_TERMINATION_BYTES
    read = decode_termination(data.decode())
    assert read is not None
    assert (read.reason, read.result) == (whole.reason, whole.result)

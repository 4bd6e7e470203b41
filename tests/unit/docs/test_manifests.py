"""YAML of the documentation is YAML, and every TransferJob in it, or part of one, is valid."""

from typing import Any

import yaml

from tests.unit.docs.blocks import DOCS, Block, blocks, pages
from transferjob_operator.api.spec import TransferJobSpec
from transferjob_operator.cli.commented import commented_yaml
from transferjob_operator.cli.local_job import is_local
from transferjob_operator.cli.manifest import manifests_in
from transferjob_operator.cli.validation import problems_of

SMALLEST: dict[str, Any] = {
    "apiVersion": "transferjob.dev/v1alpha1",
    "kind": "TransferJob",
    "metadata": {"name": "part"},
    "spec": {
        "backbone": {"name": "ResNet50"},
        "freeze": {"fraction": 0.5},
        "dataset": {"uri": "s3://bucket/flowers/"},
        "output": {"uri": "s3://bucket/models/flowers/"},
    },
}
FIELDS = {field.alias or name for name, field in TransferJobSpec.model_fields.items()}


def problems(block: Block) -> list[str]:
    """What is wrong with the TransferJobs of a block; a part of a spec is put into the smallest manifest."""
    documents = [document for document in yaml.safe_load_all(block.text) if document is not None]
    if all(isinstance(document, dict) and set(document) <= FIELDS for document in documents):
        documents = [{**SMALLEST, "spec": {**SMALLEST["spec"], **document}} for document in documents]
        text = "---\n".join(commented_yaml(document, {}) for document in documents)
    else:
        text = block.text
    jobs = [found for found in manifests_in(text, block.place) if found.body.get("kind") == "TransferJob"]
    return [problem for job in jobs for problem in problems_of(job, None) if not is_local(problem)]


def test_every_transfer_job_in_the_documentation_is_valid() -> None:
    found = [block for page in pages() for block in blocks(page) if block.language == "yaml"]
    assert len(found) > 10
    assert {block.place: said for block in found if (said := problems(block))} == {}


def test_the_check_sees_a_fault_in_a_manifest_and_in_a_part_of_one() -> None:
    whole = Block(DOCS / "x.md", 1, "yaml", yaml.safe_dump({**SMALLEST, "spec": {**SMALLEST["spec"], "workers": 999}}))
    assert "spec.workers" in problems(whole)[0]
    part = Block(DOCS / "x.md", 1, "yaml", "freeze: {layers: 999}\n")
    assert "spec.freeze.layers" in problems(part)[0]


def test_python_of_the_documentation_compiles_and_every_file_is_read_into_it() -> None:
    for page in pages():
        for block in blocks(page):
            assert "--8" not in block.text, block.place
            if block.language == "python":
                compile(block.text, block.place, "exec")

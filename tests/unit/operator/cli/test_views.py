from datetime import UTC, datetime

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from tests.unit.operator.cli.jobs import Job, condition, failed, job, running, succeeded
from transferjob_operator.cli.children import Children
from transferjob_operator.cli.views.describe import description
from transferjob_operator.cli.views.events import Told
from transferjob_operator.cli.views.line import job_line
from transferjob_operator.cli.views.next_steps import next_step
from transferjob_operator.cli.views.overview import overview
from transferjob_operator.cli.views.status import status_view
from transferjob_operator.cli.views.table import job_table, plain_table
from transferjob_operator.core.diagnosis.diagnosis import found

NOW = datetime(2026, 11, 24, 10, 6, tzinfo=UTC)
WIDTHS = (40, 80, 120)


def drawn(view: RenderableType, width: int) -> str:
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(view)
    return capture.get()


def unwrapped(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("shown", [job(), running(), succeeded(), failed()])
def test_no_line_is_wider_than_the_terminal(shown: Job, width: int) -> None:
    for text in (
        drawn(status_view(shown, NOW), width),
        drawn(job_table([shown], NOW, width, with_namespace=True), width),
    ):
        assert max(cell_len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_a_running_job_shows_progress_figures_and_numbers_of_the_model(width: int) -> None:
    text = unwrapped(drawn(status_view(running(), NOW), width))
    for words in (
        "flowers Running team-a",
        "100 of 175 layers frozen (179 with the head)",
        "24%",
        "epoch 3/10",
        "step 40/92",
        "ETA 3m10s",
        "loss 0.4123",
        "val accuracy 0.8532",
        "5 classes",
        "Training: the trainer is at work",
        "Running=True",
    ):
        assert words in text
    assert "transferjob logs flowers -n team-a -f" in text


def test_a_job_that_chose_its_freeze_shows_the_choice_and_why() -> None:
    chosen = running()
    chosen["spec"]["freeze"] = {"auto": {}}
    assert "auto (100)/175" in drawn(job_table([chosen], NOW, 120, with_namespace=True), 120)
    chosen["status"]["advice"] = {"recommended": 100, "second": 175, "confidence": "High", "applied": True,
                                  "reason": "The advice is to freeze."}  # fmt: skip
    text = unwrapped(drawn(status_view(chosen, NOW), 120))
    assert "chosen from the pictures, 100 of 175 layers frozen" in text
    assert "freeze 100 of 175 layers, high confidence; second choice 175. The advice is to freeze." in text
    waiting = job()
    waiting["spec"]["freeze"] = {"auto": {}}
    assert "auto" in drawn(job_table([waiting], NOW, 120, with_namespace=True), 120)


def test_a_finished_job_shows_its_model_and_how_to_use_it() -> None:
    text = drawn(status_view(succeeded(), NOW), 400)
    assert "accuracy 0.9120, loss 0.3000" in text
    assert "took 10m30s" in text
    assert "Try it with transferjob serve flowers -n team-a; see transferjob report" in text
    assert "model.keras and load it with keras.saving.load_model" in text


def test_a_failed_job_shows_reason_log_and_remedy() -> None:
    text = drawn(status_view(failed(), NOW), 120)
    assert "DatasetInvalid: the dataset has one class" in text
    assert "Correct the dataset, delete the job and submit it again." in text
    assert text.rstrip().endswith("first\nlast")


def test_a_job_that_goes_on_shows_what_ended_the_attempt_before() -> None:
    going_on = running()
    last = {"podUID": "u", "reason": "Stalled", "message": "nothing moved for 600 s", "logTail": "step 7\nwaiting\n"}
    going_on["status"]["lastRestart"] = last
    text = drawn(status_view(going_on, NOW), 120)
    assert "last restart" in text
    assert "Stalled: nothing moved for 600 s" in text
    assert text.rstrip().endswith("last lines of the attempt before\nstep 7\nwaiting")


def test_a_job_that_the_operator_has_not_seen_says_so() -> None:
    assert "The operator has not looked at this job yet." in unwrapped(drawn(status_view(job(), NOW), 80))


def test_control_characters_of_an_object_do_not_reach_the_terminal() -> None:
    hostile = failed()
    hostile["status"]["failure"]["message"] = "\x1b]0;title\x07\x1b[2Jgone"
    hostile["status"]["failure"]["logTail"] = "\x1b[31mred"
    for text in (drawn(status_view(hostile, NOW), 80), job_line(hostile)):
        assert "\x1b" not in text
        assert "\x07" not in text


@pytest.mark.parametrize("status", [{"progress": 3}, {"conditions": "x"}, {"result": [], "progress": {"percent": "9"}}])
def test_wrong_types_in_a_status_read_as_absent(status: Job) -> None:
    assert "flowers" in drawn(status_view(job(**status), NOW), 80)
    assert job_line(job(**status)).startswith("flowers Pending")


def test_columns_that_matter_less_give_way_on_a_narrow_terminal() -> None:
    narrow, wide = (drawn(job_table([running()], NOW, width, with_namespace=False), width) for width in (40, 120))
    assert narrow.splitlines()[0].split() == ["NAME", "PHASE", "EPOCH", "ACCURACY"]
    assert wide.splitlines()[0].split()[-2:] == ["AGE", "REASON"]


def test_the_plain_table_has_every_column_and_no_empty_cell() -> None:
    header, *rows = plain_table([running(), job()], NOW, with_namespace=True).splitlines()
    assert header.split()[0] == "NAMESPACE"
    assert all(len(row.split()) == len(header.split()) for row in rows)
    assert rows[0].split()[5:8] == ["3/10", "0.8532", "3m10s"]


def test_one_line_tells_one_change() -> None:
    assert job_line(running()) == "flowers Running epoch 3/10 step 40/92 loss 0.4123 accuracy 0.8532 eta 3m10s"
    assert job_line(failed()) == "flowers Failed DatasetInvalid: the dataset has one class"
    assert job_line(succeeded()).startswith("flowers Succeeded accuracy 0.9120 s3://bucket/models/flowers/")


def test_a_pending_reason_leads_to_advice() -> None:
    waiting = job(phase="Pending", conditions=[condition("Running", "False", "MissingSecret", "no Secret s3")])
    assert next_step(waiting) == "Create it in the job's namespace; the job then goes on by itself."


def test_advice_that_the_message_gives_is_not_repeated() -> None:
    told = found("MissingSecret").sentence
    waiting = job(phase="Pending", conditions=[condition("Running", "False", "MissingSecret", told)])
    assert next_step(waiting) == "transferjob status flowers -n team-a --watch"


def test_time_counts_from_the_first_start_and_waiting_is_told_apart() -> None:
    waited = {**succeeded()["status"], "firstStartTime": "2026-11-24T10:11:00Z", "queuedSeconds": 600.0}
    text = unwrapped(drawn(status_view(job(**waited), NOW), 120))
    assert "queued 10m, took 30s" in text
    assert "30s" in plain_table([job(**waited)], NOW, with_namespace=False)
    refused = job(
        **{**failed()["status"], "startTime": "2026-11-24T10:01:00Z", "completionTime": "2026-11-24T10:02:00Z"}
    )
    assert "took 1m" in drawn(status_view(refused, NOW), 120)


def test_what_does_not_fit_gives_way_in_the_table_and_never_the_reasons() -> None:
    jobs = [failed(), *(succeeded() for _ in range(50))]
    for height in (6, 12, 40):
        lines = drawn(overview(jobs, NOW, 80, height, with_namespace=False), 80).rstrip("\n").splitlines()
        assert len(lines) <= height
        assert "Failed" in lines[1]
        assert any("the dataset has one class" in line for line in lines)
        assert any(line.startswith("and ") and line.endswith(" more") for line in lines)
    assert " more" not in drawn(overview(jobs, NOW, 80, with_namespace=False), 80)
    assert " more" not in drawn(overview(jobs[:3], NOW, 80, 8, with_namespace=False), 80)


def test_a_long_moment_of_the_timeline_stays_in_its_column() -> None:
    told = Told("2026-11-24T10:05:00Z", "Warning", "FailedCreate", "Job/flowers", "words " * 30, 1)
    text = drawn(description(running(), Children([], [], []), [told], "", NOW), 60)
    rows = text[text.index("FailedCreate") :].splitlines()
    assert len(rows) > 2
    assert all(line.startswith(" " * 14) for line in rows[1:] if line.strip())

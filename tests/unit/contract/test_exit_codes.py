"""The table of exit codes is whole and splits into the ways of retrying that the pod failure policy needs."""

from transferjob_trainer.contract import ENDING_BY_CODE, ENDINGS, ExitCode, codes_with_retry


def test_every_code_has_one_row() -> None:
    assert sorted(ENDING_BY_CODE) == sorted(int(code) for code in ExitCode)
    assert len({ending.reason for ending in ENDINGS}) == len(ENDINGS)


def test_the_users_faults_are_never_retried_and_preemption_is_free() -> None:
    assert codes_with_retry("never") == (64, 65, 66, 71, 73, 74, 77)
    assert codes_with_retry("free") == (75, 76)
    assert codes_with_retry("counted") == (69, 70, 72, 78)

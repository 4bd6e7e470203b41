"""The termination message never outgrows what the kubelet keeps, and says the most important things to the last."""

from hypothesis import given
from hypothesis import strategies as st

from transferjob_trainer.contract import PublishedResult, Termination, decode_termination
from transferjob_trainer.contract.termination import MAX_TERMINATION_BYTES

DIGEST = "ab" * 32


@given(
    message=st.text(max_size=5000),
    tail=st.text(max_size=5000),
    metrics=st.dictionaries(st.text(max_size=40), st.floats(0, 1)),
)
def test_any_message_fits_and_is_read_back(message: str, tail: str, metrics: dict[str, float]) -> None:
    sent = Termination(reason="Crash", message=message, log_tail=tail, metrics=metrics)
    data = sent.encode()
    assert len(data) <= MAX_TERMINATION_BYTES
    received = decode_termination(data.decode())
    assert received is not None
    assert received.reason == "Crash"


def test_the_log_goes_first_and_the_result_stays() -> None:
    result = PublishedResult(model_uri=f"s3://bucket/{DIGEST}", digest=DIGEST)
    sent = Termination(
        reason="Succeeded", message="done", result=result, metrics={"accuracy": 0.5}, log_tail="x" * 3000
    )
    received = decode_termination(sent.encode().decode())
    assert received is not None
    assert (received.log_tail, received.result, received.metrics) == (None, result, {"accuracy": 0.5})


def test_somebody_elses_message_is_not_believed() -> None:
    for text in ("", "Killed", "{", "[]", '{"reason": 1}', "x" * 100_000):
        assert decode_termination(text) is None

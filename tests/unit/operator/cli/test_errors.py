from pathlib import Path

import pytest

from transferjob_operator.cli.durations import format_duration, parse_duration
from transferjob_operator.cli.errors import CliError, unknown_job
from transferjob_operator.cli.explain import explain
from transferjob_operator.cli.following import json_lines
from transferjob_operator.cli.kubeconfig import namespace_of
from transferjob_operator.cli.options import Connection
from transferjob_operator.kube.errors import ApiError, error_from_response, error_from_status

SERVER = "https://127.0.0.1:6443"


def answer(code: int, message: str, reason: str = "") -> ApiError:
    return error_from_status({"message": message, "reason": reason}, code)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (answer(403, 'transferjobs.transferjob.dev is forbidden: User "u" cannot list'), 6, "You have no right"),
        (answer(401, "Unauthorized"), 6, "does not accept your credentials"),
        (error_from_response(404, b"404 page not found\n"), 3, "kubectl apply -f crds/"),
        (answer(404, "the server could not find the requested resource", "NotFound"), 3, "kubectl apply -f crds/"),
        (answer(404, 'namespaces "x" not found', "NotFound"), 3, "kubectl create namespace"),
        (answer(422, "spec.freeze.layers: must be at most 175", "Invalid"), 4, "at most 175"),
        (answer(409, 'conflict with "helm": .spec.run.suspend', "Conflict"), 4, "--force-conflicts"),
        (answer(429, "slow down"), 5, "too much to do"),
        (answer(503, "etcd is away"), 5, "answered 503: etcd is away."),
    ],
)
def test_every_answer_of_the_server_is_a_sentence_and_a_code(error: ApiError, code: int, words: str) -> None:
    explained = explain(error, SERVER)
    assert explained.code == code
    assert words in explained.sentence
    assert explained.sentence.count(". ") <= 1
    assert explained.sentence.endswith((".", "/"))


def test_an_unknown_name_names_the_nearest_or_where_to_look() -> None:
    assert unknown_job("a", "flowres", ["flowers", "digits"]).sentence.endswith("Did you mean 'flowers'?")
    assert unknown_job("a", "x", ["flowers"]).sentence.endswith("See them with: transferjob list")
    assert unknown_job("a", "x", []).sentence.endswith("transferjob list -A")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("1h30m", 5400), ("0.5s", 0.5), ("2d", 172800), (None, None)]
)
def test_durations_that_are_understood(text: str | None, seconds: float | None) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "0", "0s", "-1s", "5 m", "1w", "9" * 40])
def test_durations_that_are_not(text: str) -> None:
    with pytest.raises(CliError) as caught:
        parse_duration(text)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0s"), (59.6, "1m"), (190, "3m10s"), (7500, "2h5m"), (356400, "4d3h"), (-5, "0s")]
)
def test_durations_read_in_two_units(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_the_first_of_several_kubeconfigs_counts(tmp_path: Path) -> None:
    entry = "current-context: {0}\ncontexts:\n- name: {0}\n  context: {{namespace: {1}}}\n"
    (tmp_path / "a").write_text(entry.format("one", "team-a"))
    (tmp_path / "b").write_text(entry.format("two", "team-b"))
    environment = {"KUBECONFIG": f"{tmp_path / 'missing'}:{tmp_path / 'a'}:{tmp_path / 'b'}"}
    assert namespace_of(Connection(), environment) == "team-a"
    assert namespace_of(Connection(context="two"), environment) == "team-b"
    assert namespace_of(Connection(namespace="mine"), environment) == "mine"
    with pytest.raises(CliError, match="There is no context 'three' in kubeconfig; known contexts: one, two") as caught:
        namespace_of(Connection(context="three", namespace="mine"), environment)
    assert caught.value.code == 2


def test_a_stream_is_cut_into_documents_wherever_its_pieces_end() -> None:
    assert list(json_lines(iter([b'{"a":', b'1}\n\n{"b":2}\n{"c"', b":3}"]))) == [{"a": 1}, {"b": 2}]

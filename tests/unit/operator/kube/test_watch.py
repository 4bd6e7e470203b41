"""A watch's body comes in pieces that end anywhere, and may end with an error."""

import pytest

from transferjob_operator.kube.errors import ApiError, Gone, Unavailable
from transferjob_operator.kube.watch import events, lines

BOOKMARK = b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"8"}}}\n'


def test_lines_are_put_together_and_a_cut_off_one_is_dropped() -> None:
    assert list(lines([b"a", b"b\nc\n", b"\nd"])) == [b"ab", b"c", b""]


def test_events_have_their_version() -> None:
    half = len(BOOKMARK) // 2
    (event,) = events([BOOKMARK[:half], BOOKMARK[half:]])
    assert (event.type, event.resource_version) == ("BOOKMARK", "8")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b'{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"too old"}}\n', Gone),
        (b'{"type":"ERROR","object":{"code":500,"message":"etcd"}}\n', Unavailable),
        (b'{"type":"ERROR","object":{"code":418}}\n', ApiError),
        (b'{"typ', Unavailable),
        (b"[1]\n", Unavailable),
        (b'{"type":"ADDED","object":{"metadata":{}}}\n', Unavailable),
        (b'{"type":"ADDED","object":null}\n', Unavailable),
        (b'{"type":"ERROR","object":[]}\n', Unavailable),
    ],
)
def test_errors_end_the_watch(line: bytes, kind: type[ApiError]) -> None:
    with pytest.raises(kind):
        list(events([BOOKMARK, line if line.endswith(b"\n") else line + b"\n"]))

from __future__ import annotations

from typing import Any

from tests.support.builders import make_job
from transferjob_operator.core.settings import CoreSettings
from transferjob_operator.core.tolerations import NODE_TROUBLE, tolerations


def seconds(pod: dict[str, Any] | None = None, **settings: Any) -> dict[str, int | None]:
    """Seconds by key; None is for ever."""
    told = tolerations(make_job(pod=pod or {}), CoreSettings("trainer:1", **settings))
    return {
        entry.get("key", ""): entry.get("tolerationSeconds") for entry in told if entry.get("effect") != "NoSchedule"
    }


def test_the_operator_gives_a_lost_node_up_before_the_cluster_does() -> None:
    assert seconds(node_lost_seconds=300) == dict.fromkeys(NODE_TROUBLE, 360)
    assert seconds(node_lost_seconds=0) == dict.fromkeys(NODE_TROUBLE, 300)
    assert seconds(node_lost_seconds=300, unreachable_toleration_seconds=0) == dict.fromkeys(NODE_TROUBLE, 0)


def test_what_the_spec_tolerates_goes_before() -> None:
    own = {"key": NODE_TROUBLE[0], "operator": "Exists", "tolerationSeconds": 5, "effect": "NoExecute"}
    assert seconds({"tolerations": [own]}) == {NODE_TROUBLE[0]: 5, NODE_TROUBLE[1]: 360}
    assert seconds({"tolerations": [{"operator": "Exists"}]}) == {"": None}
    other = {"key": NODE_TROUBLE[0], "operator": "Exists", "effect": "NoSchedule"}
    assert seconds({"tolerations": [other]}) == dict.fromkeys(NODE_TROUBLE, 360)


def test_the_taint_of_the_gpu_is_tolerated_where_one_is_asked_for() -> None:
    assert tolerations(make_job(), CoreSettings("trainer:1"))[0]["key"] == "nvidia.com/gpu"
    none = tolerations(make_job(resources={"gpus": 0}), CoreSettings("trainer:1"))
    assert "nvidia.com/gpu" not in [entry["key"] for entry in none]

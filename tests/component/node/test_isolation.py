"""What a pod has for itself, and what it cannot touch."""

import uuid
from pathlib import Path

from tests.cluster.node.container import REPOSITORY
from tests.cluster.node.process import LocalNode
from tests.component.node.workloads import Workloads, state


def test_pods_have_addresses_host_names_and_hosts_files_of_their_own(work: Workloads) -> None:
    script = (
        "hostname; cat /etc/hostname; tail -n 1 /etc/hosts; python -c \"import os; print(os.environ['IP'])\"; sleep 600"
    )
    address = {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
    for name in ("one", "two"):
        work.run(name, script, {"terminationGracePeriodSeconds": 0}, env=[address])
    ips = {name: work.wait_running(name)["status"]["podIP"] for name in ("one", "two")}

    assert ips["one"] != ips["two"]
    assert all(ip.startswith("127.") for ip in ips.values())
    for name, ip in ips.items():
        assert work.wait_log(name, 4) == f"{name}\n{name}\n{ip}\t{name}\n{ip}\n"


def test_what_a_pod_writes_outside_its_volumes_never_reaches_the_host(work: Workloads) -> None:
    folder = f"/node-residue-{uuid.uuid4().hex}"
    work.run("writes", f"mkdir {folder} && echo x > {folder}/x && echo x > /tmp{folder} && cat {folder}/x")

    assert work.end_of("writes")["exitCode"] == 0
    assert not Path(folder).exists()
    assert not Path(f"/tmp{folder}").exists()


def test_a_read_only_root_refuses_writes_and_volumes_take_them(work: Workloads) -> None:
    script = "echo x > /scratch/x && ! touch /x && ! touch /etc/x && ! touch /tmp/x && echo x > /dev/null"
    work.run(
        "strict",
        script,
        {"volumes": [{"name": "scratch", "emptyDir": {}}]},
        volumeMounts=[{"name": "scratch", "mountPath": "/scratch"}],
        securityContext={"readOnlyRootFilesystem": True},
    )

    assert work.end_of("strict")["exitCode"] == 0


def test_the_checkout_stays_visible_where_a_volume_covers_its_place(work: Workloads) -> None:
    """A trainer pod mounts /tmp; a checkout below it plays the image's part and must not vanish."""
    work.run(
        "covered",
        f"cat {REPOSITORY}/pyproject.toml >/dev/null && ! touch {REPOSITORY}/x && touch {REPOSITORY.parent}/x",
        {"volumes": [{"name": "cover", "emptyDir": {}}]},
        volumeMounts=[{"name": "cover", "mountPath": str(REPOSITORY.parent)}],
    )

    assert work.end_of("covered")["exitCode"] == 0


def test_a_pod_sees_neither_other_processes_nor_the_folder_of_the_node(work: Workloads, shared_node: LocalNode) -> None:
    work.run("alone", f"ls -d /proc/[0-9]* | wc -l; ls -A {shared_node.root} | wc -l; echo $$$$")

    assert work.end_of("alone")["exitCode"] == 0
    processes, entries, own = work.logs("alone").split()
    assert (int(entries), int(own)) == (0, 1)
    assert int(processes) <= 3


def test_a_host_path_outside_the_claims_is_refused_by_name(work: Workloads) -> None:
    volume = {"name": "host", "hostPath": {"path": "/etc"}}
    work.run("greedy", "true", {"volumes": [volume]}, volumeMounts=[{"name": "host", "mountPath": "/host"}])

    assert "hostPath /etc is outside" in work.wait_event("FailedMount")["message"]


def test_what_the_node_cannot_do_fails_the_pod_with_a_sentence(work: Workloads) -> None:
    sidecar = {"name": "side", "image": "none", "command": ["true"], "restartPolicy": "Always"}
    work.run("sidecar", "true", {"initContainers": [sidecar]})
    image = work.pod_object("image", [])
    del image["spec"]["containers"][0]["command"]
    work.create(image)

    status = work.wait_ended("sidecar")["status"]
    assert (status["reason"], "sidecars" in status["message"]) == ("NotSupported", True)
    waiting = work.wait("image", lambda pod: state(pod).get("waiting", {}).get("reason") == "ImageInspectError")
    assert "must name its command" in state(waiting)["waiting"]["message"]

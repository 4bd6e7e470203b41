"""How containers end: codes, signals, messages, grace, limits, restarts."""

import sys
import time

import pytest

from tests.component.node.workloads import Workloads, condition_of, state


@pytest.mark.parametrize(("code", "phase", "reason"), [(0, "Succeeded", "Completed"), (65, "Failed", "Error")])
def test_the_exit_code_decides(work: Workloads, code: int, phase: str, reason: str) -> None:
    work.run("exits", f"echo the end; exit {code}")

    end = work.end_of("exits")

    assert (end["exitCode"], end["reason"]) == (code, reason)
    pod = work.wait_ended("exits")
    assert pod["status"]["phase"] == phase
    assert condition_of(pod, "Ready")["reason"] == ("PodCompleted" if code == 0 else "PodFailed")


def test_a_signal_ends_the_container_with_128_and_its_number(work: Workloads) -> None:
    # Process 1 of a PID namespace cannot kill itself; a child of the shell can, and the shell passes its code on.
    # Kubernetes makes one dollar sign of two.
    work.run("killed", "sh -c 'kill -9 $$$$'; exit $?")

    assert work.end_of("killed")["exitCode"] == 137


def test_a_command_that_does_not_exist_is_a_start_error(work: Workloads) -> None:
    work.create(work.pod_object("absent", ["no-such-program"]))

    end = work.end_of("absent")

    assert (end["exitCode"], end["reason"]) == (128, "StartError")
    assert 'exec: "no-such-program": executable file not found in $PATH' in end["message"]


def test_a_termination_message_keeps_its_last_4096_bytes(work: Workloads) -> None:
    work.run("long", "head -c 5000 /dev/zero | tr '\\0' a > /dev/termination-log; printf z >> /dev/termination-log")

    assert work.end_of("long")["message"] == "a" * 4095 + "z"


def test_the_log_stands_in_for_a_missing_message_after_a_failure(work: Workloads) -> None:
    work.run("falls-back", "seq 1 200; exit 3", terminationMessagePolicy="FallbackToLogsOnError")

    assert work.end_of("falls-back")["message"] == "".join(f"{number}\n" for number in range(121, 201))


def test_a_deleted_pod_may_finish_within_its_grace_period(work: Workloads) -> None:
    work.run("polite", "trap 'echo bye > /dev/termination-log; exit 75' TERM; echo up; while :; do sleep 0.05; done")
    work.wait_running("polite")
    work.api.patch(work.at("pods", "polite"), {"metadata": {"finalizers": ["tests.transferjob.dev/look"]}})
    work.wait("polite", lambda pod: "up" in work.logs("polite"))

    work.delete("polite", grace_seconds=20)

    end = work.end_of("polite")
    assert (end["exitCode"], end["message"]) == (75, "bye\n")
    work.api.patch(work.at("pods", "polite"), {"metadata": {"finalizers": None}})
    work.api.wait_gone(work.at("pods", "polite"))


def test_a_deaf_pod_is_killed_when_its_grace_period_is_over(work: Workloads) -> None:
    work.run("deaf", "trap '' TERM; while :; do sleep 0.05; done")
    work.wait_running("deaf")
    work.api.patch(work.at("pods", "deaf"), {"metadata": {"finalizers": ["tests.transferjob.dev/look"]}})
    begin = time.monotonic()

    work.delete("deaf", grace_seconds=1)

    assert work.end_of("deaf")["exitCode"] == 137
    assert 0.9 < time.monotonic() - begin < 10
    work.api.patch(work.at("pods", "deaf"), {"metadata": {"finalizers": None}})
    work.api.wait_gone(work.at("pods", "deaf"))


def test_a_pod_beyond_its_deadline_fails(work: Workloads) -> None:
    work.run("slow", "sleep 600", {"activeDeadlineSeconds": 1, "terminationGracePeriodSeconds": 0})

    pod = work.wait_ended("slow")

    assert (pod["status"]["phase"], pod["status"]["reason"]) == ("Failed", "DeadlineExceeded")


def test_memory_beyond_the_limit_is_an_out_of_memory_kill(work: Workloads) -> None:
    hog = [sys.executable, "-c", "import time; hog = bytearray(b'x') * (200 << 20); time.sleep(600)"]
    work.create(work.pod_object("hog", hog, resources={"limits": {"memory": "100Mi"}}))

    end = work.end_of("hog")

    assert (end["exitCode"], end["reason"]) == (137, "OOMKilled")


def test_a_failed_container_is_restarted_and_remembers(work: Workloads) -> None:
    volumes = {"restartPolicy": "OnFailure", "volumes": [{"name": "memo", "emptyDir": {}}]}
    script = "echo try; [ -e /memo/again ] || { touch /memo/again; exit 9; }"
    work.run("retries", script, volumes, volumeMounts=[{"name": "memo", "mountPath": "/memo"}])

    pod = work.wait_ended("retries")

    (status,) = pod["status"]["containerStatuses"]
    assert (pod["status"]["phase"], status["restartCount"]) == ("Succeeded", 1)
    assert status["lastState"]["terminated"]["exitCode"] == 9
    assert work.logs("retries", previous="true") == "try\n"


def test_a_container_that_fails_again_and_again_backs_off(work: Workloads) -> None:
    work.run("loops", "exit 1", {"restartPolicy": "Always"})

    pod = work.wait("loops", lambda found: state(found).get("waiting", {}).get("reason") == "CrashLoopBackOff")

    assert pod["status"]["phase"] == "Running"
    assert "back-off 10s" in state(pod)["waiting"]["message"]


def test_init_containers_run_first_and_one_that_fails_fails_the_pod(work: Workloads) -> None:
    def init(name: str, script: str) -> dict[str, object]:
        mounts = [{"name": "memo", "mountPath": "/memo"}]
        return {"name": name, "image": "none", "command": ["sh", "-c", script], "volumeMounts": mounts}

    memo = [{"name": "memo", "emptyDir": {}}]
    order = [init("one", "echo 1 >> /memo/order"), init("two", "echo 2 >> /memo/order")]
    mounts = [{"name": "memo", "mountPath": "/memo"}]
    work.run("ordered", "cat /memo/order", {"volumes": memo, "initContainers": order}, volumeMounts=mounts)
    work.run("broken", "true", {"volumes": memo, "initContainers": [init("one", "exit 4")]})

    assert work.wait_ended("ordered")["status"]["phase"] == "Succeeded"
    assert work.logs("ordered") == "1\n2\n"
    broken = work.wait_ended("broken")["status"]
    assert broken["phase"] == "Failed"
    assert broken["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 4
    assert broken["containerStatuses"][0]["state"] == {"waiting": {"reason": "PodInitializing"}}

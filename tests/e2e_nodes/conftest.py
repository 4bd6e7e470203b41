"""One cluster of real nodes for all scenarios, which follow one another as in a story; `make e2e` starts it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.cluster.api import Api
from tests.cluster.resources import Resource
from tests.component.operator.pods import Jobs
from tests.e2e_nodes.gpus import Gpus
from tests.e2e_nodes.manifests import BUCKET, DRIVER, NAMESPACE, SECRET, STAND_IN
from tests.e2e_nodes.release import DEFINITION, Release
from tests.e2e_nodes.story import Story, table
from tests.e2e_nodes.user import User
from tests.nodes import images, sandbox
from tests.nodes.world import World
from tests.support.helm import Helm

_SCENARIO_SECONDS = 1500
STORY = Story()
_SETUP = pytest.StashKey[float]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first scenario starts the whole cluster, so each may take long."""
    for item in items:
        item.add_marker(pytest.mark.timeout(_SCENARIO_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A row for each scenario: the time of its fixtures counts, they are of the story."""
    report = yield
    if report.when == "setup":
        item.stash[_SETUP] = report.duration
    if report.when == "call" or report.failed:
        assert isinstance(item, pytest.Function)
        title = (item.function.__doc__ or item.name).strip().rstrip(".")
        seconds = report.duration + (item.stash.get(_SETUP, 0.0) if report.when == "call" else 0.0)
        STORY.tell(title, seconds, report.outcome)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table."""
    if STORY.rows:
        terminalreporter.section("the story")
        terminalreporter.write_line(table(STORY.rows))


@pytest.fixture(scope="session")
def story() -> Iterator[Story]:
    yield STORY
    STORY.save()


@pytest.fixture(scope="session")
def world(story: Story) -> Iterator[World]:
    """Two nodes with all images and two GPUs each; a namespace for the users' jobs, and a bucket."""
    if sandbox.folder() is None:
        pytest.skip("real nodes run in namespaces of their own; `make e2e` starts this")
    archives = [images.archive(name) for name in images.NAMES]
    with World(archives=archives) as world:
        for node in world.nodes:
            node.offer_gpus(2)
        world.s3.create_bucket(BUCKET)
        _prepare(world)
        yield world


@pytest.fixture(scope="session")
def api(world: World) -> Api:
    return world.cluster.api


@pytest.fixture(scope="session")
def jobs(api: Api) -> Jobs:
    return Jobs(api, NAMESPACE)


@pytest.fixture(scope="session")
def gpus(api: Api) -> Gpus:
    return Gpus(api)


@pytest.fixture(scope="session")
def user(world: World, tmp_path_factory: pytest.TempPathFactory) -> User:
    return User(Path(world.cluster.kubeconfig), tmp_path_factory.mktemp("user"), _keys(world))


@pytest.fixture(scope="session")
def release(world: World, story: Story, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The chart, installed by Helm."""
    helm = Helm(tmp_path_factory.mktemp("helm"), Path(world.cluster.kubeconfig))
    release = Release(helm, world.cluster.api, tmp_path_factory.mktemp("values"))
    story.see("notes", release.install())
    return release


@pytest.fixture(autouse=True)
def _healthy(world: World) -> Iterator[None]:
    """A part of the cluster that has died is told as such; a scenario leaves no job to the next one."""
    yield
    world.check()
    where = Resource("transferjob.dev/v1alpha1", "transferjobs", NAMESPACE)
    if world.cluster.api.find(DEFINITION):
        world.cluster.api.delete(where)


def _prepare(world: World) -> None:
    """What an administrator gives a team: namespace under the strictest Pod Security Standard, and its keys."""
    meta = {"namespace": NAMESPACE}
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    api = world.cluster.api
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}})
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": SECRET, **meta}}
    api.apply({**secret, "stringData": _keys(world)})
    driver = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": DRIVER, **meta}}
    api.apply({**driver, "data": {"sitecustomize.py": STAND_IN}})


def _keys(world: World) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": world.s3.access_key,
        "AWS_SECRET_ACCESS_KEY": world.s3.secret_key,
        "AWS_REGION": world.s3.region,
        "AWS_ENDPOINT_URL": world.s3.endpoint,
    }

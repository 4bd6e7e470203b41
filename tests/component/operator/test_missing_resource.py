"""An operator that comes before its resource waits for it: unready, alive, and at work once it is there."""

from pathlib import Path

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.pods import Jobs
from tests.support import installation
from tests.support.operator_process import OperatorProcess


@pytest.mark.checklist(17)
def test_the_resource_may_be_installed_after_the_operator(tmp_path: Path) -> None:
    with ControlPlane(controllers=False, scheduler=False) as cluster:
        installation.grant(cluster)
        account = cluster.service_account_kubeconfig(installation.NAMESPACE, installation.ACCOUNT)
        operator = OperatorProcess(account, tmp_path / "operator.log")
        try:
            operator.start(wait_ready=False)
            poll(
                lambda: operator.page("/readyz"), lambda page: page[0] == 503 and "CustomRes" in page[1], 20, "unready"
            )
            assert operator.page("/healthz") == (200, "ok\n")
            cluster.api.apply_file(installation.CRD)
            operator.wait_ready()
            Jobs(cluster.api, "default").create("late")
            cluster.api.wait_for(batch_jobs("default", "late"), lambda _job: True)
        finally:
            operator.stop()

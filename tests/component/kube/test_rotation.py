"""Tokens and authorities are exchanged under a running process; it reads them again when they do not serve any more."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.certificates import CertificateAuthority
from tests.cluster.controlplane import ControlPlane
from transferjob_operator.kube import connection, rest
from transferjob_operator.kube.client import KubeClient, load_configuration
from transferjob_operator.kube.errors import Forbidden, Unavailable


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "RENEWAL_PAUSE_SECONDS", 0.0)


def read_by_files(cluster: ControlPlane, folder: Path, token: str, authority: bytes) -> KubeClient:
    """A client whose kubeconfig names files, which are `token` and `ca.crt` in the folder."""
    (folder / "token").write_text(token)
    (folder / "ca.crt").write_bytes(authority)
    document: dict[str, Any] = yaml.safe_load(cluster.kubeconfig.read_text())
    document["users"][0]["user"] = {"tokenFile": str(folder / "token")}
    document["clusters"][0]["cluster"] = {"server": cluster.url, "certificate-authority": str(folder / "ca.crt")}
    kubeconfig = folder / "kubeconfig.yaml"
    kubeconfig.write_text(yaml.safe_dump(document))
    read = partial(load_configuration, str(kubeconfig))
    return KubeClient(read(), reload=read)


def good_token(cluster: ControlPlane, namespace: str) -> str:
    document = yaml.safe_load(cluster.service_account_kubeconfig(namespace, "default").read_text())
    return str(document["users"][0]["user"]["token"])


def ask(client: KubeClient) -> None:
    """May be forbidden to a known account (403), which is all that matters here."""
    with pytest.raises(Forbidden) as refused:
        client.send(rest.list_page(rest.PODS, None))
    if refused.value.code != 403:
        raise refused.value


@pytest.fixture
def token(cluster: ControlPlane, namespace: str) -> str:
    cluster.api.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}, namespace)
    return good_token(cluster, namespace)


@pytest.mark.checklist(15)
def test_a_rotated_token_is_read_when_the_old_one_is_refused(cluster: ControlPlane, token: str, tmp_path: Path) -> None:
    client = read_by_files(cluster, tmp_path, "expired", cluster.ca.pem)
    with pytest.raises(Forbidden, match="401"):
        ask(client)
    (tmp_path / "token").write_text(f"{token}\n")
    ask(client)
    client.close()


@pytest.mark.checklist(15)
def test_a_rotated_authority_is_read_when_the_server_is_not_known(
    cluster: ControlPlane, token: str, tmp_path: Path
) -> None:
    stranger = CertificateAuthority(tmp_path / "stranger")
    client = read_by_files(cluster, tmp_path, token, stranger.pem)
    with pytest.raises(Unavailable, match="certificate verify failed"):
        ask(client)
    (tmp_path / "ca.crt").write_bytes(cluster.ca.pem)
    ask(client)
    client.close()


def test_files_that_are_broken_for_a_moment_leave_the_old_connection(
    cluster: ControlPlane, token: str, tmp_path: Path
) -> None:
    client = read_by_files(cluster, tmp_path, "expired", cluster.ca.pem)
    kubeconfig = tmp_path / "kubeconfig.yaml"
    whole = kubeconfig.read_text()
    kubeconfig.write_text("")
    with pytest.raises(Forbidden, match="401"):
        ask(client)
    kubeconfig.write_text(whole)
    (tmp_path / "token").write_text(token)
    ask(client)
    client.close()

"""Makes volumes for claims of the StorageClass `local-node`: folders CLAIMS/<namespace>/<claim>/ of the host.

The PersistentVolume names its claim, so that the volume controller of the control plane binds the two. A released
volume is removed with its data. Several nodes with one claims folder may run this at once: names are taken from the
claim's UID, and the second to create or delete finds it done.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path
from typing import Any

import httpx

from tests.cluster.node.client import Api, ApiError, Change, Snapshot

Json = dict[str, Any]
STORAGE_CLASS = "local-node"
PROVISIONER = "transferjob.dev/local-node"
_VOLUMES = "/api/v1/persistentvolumes"
_PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"


class Provisioner:
    """Serves claims until it is cancelled.

    Args:
        api: as someone who may create volumes and storage classes.
        claims: the folder of all claims.
    """

    def __init__(self, api: Api, claims: Path) -> None:
        self._api, self._claims = api, claims
        self._wanted: dict[str, Json] = {}
        self._taken: dict[Path, str] = {}

    async def run(self) -> None:
        """Creates the StorageClass, then follows claims and volumes."""
        await self._create_class()
        await asyncio.gather(self._follow_claims(), self._follow_volumes())

    async def _create_class(self) -> None:
        body = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": STORAGE_CLASS},
            "provisioner": PROVISIONER,
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "Immediate",
        }
        await _unless_there(self._api, "/apis/storage.k8s.io/v1/storageclasses", body)

    async def _follow_claims(self) -> None:
        async for event in self._api.changes("/api/v1/persistentvolumeclaims"):
            if isinstance(event, Snapshot):
                self._wanted = {c["metadata"]["uid"]: c for c in event.items if _is_wanted(c)}
            else:
                self._note_claim(event)
            await self._serve()

    def _note_claim(self, event: Change) -> None:
        uid = event.item["metadata"]["uid"]
        self._wanted.pop(uid, None)
        if not event.gone and _is_wanted(event.item):
            self._wanted[uid] = event.item

    async def _follow_volumes(self) -> None:
        async for event in self._api.changes(_VOLUMES):
            if isinstance(event, Snapshot):
                self._taken = {_path(v): v["metadata"]["name"] for v in event.items if _is_ours(v)}
                for volume in event.items:
                    await self._look_at(volume, gone=False)
            else:
                await self._look_at(event.item, event.gone)
            await self._serve()

    async def _look_at(self, volume: Json, gone: bool) -> None:
        if not _is_ours(volume):
            return
        path, name = _path(volume), volume["metadata"]["name"]
        if gone:
            self._taken.pop(path, None)
            return
        self._taken[path] = name
        released = volume.get("status", {}).get("phase") in ("Released", "Failed")
        if released and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete" and self._holds(path):
            await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)
            await self._api.delete(f"{_VOLUMES}/{name}", volume["metadata"]["uid"])

    def _holds(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._claims.resolve())

    async def _serve(self) -> None:
        for uid, claim in list(self._wanted.items()):
            metadata = claim["metadata"]
            path, name = self._claims / metadata["namespace"] / metadata["name"], f"pvc-{uid}"
            # An earlier claim of the same name may still be on its way out; its volume's removal comes back here.
            if self._taken.get(path, name) != name:
                continue
            with contextlib.suppress(ApiError, httpx.HTTPError):
                path.mkdir(parents=True, exist_ok=True)
                path.chmod(0o777)
                await _unless_there(self._api, _VOLUMES, _volume(claim, name, path))
                self._wanted.pop(uid, None)


def _volume(claim: Json, name: str, path: Path) -> Json:
    metadata, spec = claim["metadata"], claim["spec"]
    reference = {k: metadata[k] for k in ("namespace", "name", "uid", "resourceVersion")}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {_PROVISIONED_BY: PROVISIONER}},
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            "storageClassName": STORAGE_CLASS,
            "persistentVolumeReclaimPolicy": "Delete",
            "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **reference},
            "hostPath": {"path": str(path)},
        },
    }


def _is_wanted(claim: Json) -> bool:
    of_ours = claim["spec"].get("storageClassName") == STORAGE_CLASS
    return of_ours and not claim["spec"].get("volumeName") and not claim["metadata"].get("deletionTimestamp")


def _is_ours(volume: Json) -> bool:
    return (volume["metadata"].get("annotations") or {}).get(_PROVISIONED_BY) == PROVISIONER


def _path(volume: Json) -> Path:
    return Path(volume["spec"]["hostPath"]["path"])


async def _unless_there(api: Api, path: str, body: Json) -> None:
    try:
        await api.create(path, body)
    except ApiError as error:
        if error.status != httpx.codes.CONFLICT:
            raise

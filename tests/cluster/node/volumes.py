"""A pod's volumes as folders of the node.

emptyDir (its sizeLimit binds only in memory), secret, configMap, downwardAPI, projected, persistentVolumeClaim, and
hostPath inside the node's claims folder. Files of Secrets and ConfigMaps are written once: later changes of the object
do not reach a running pod.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster.node.client import Api
from tests.cluster.node.fields import PodFacts, field_value, quantity, resource_value
from tests.cluster.node.objects import NotYet, entries

Json = dict[str, Any]
SUPPORTED = ("emptyDir", "secret", "configMap", "downwardAPI", "projected", "persistentVolumeClaim", "hostPath")
_FILE_MODE = 0o644


@dataclass(frozen=True)
class Volume:
    """One prepared volume.

    Attributes:
        path: the folder on the node, or None for memory.
        size_bytes: limit of memory, in bytes; 0 for none.
        read_only: no container may write.
    """

    path: Path | None
    size_bytes: int = 0
    read_only: bool = False


@dataclass(frozen=True)
class VolumeFile:
    """One file of a volume that the node writes."""

    path: str
    content: bytes
    mode: int


class VolumePreparer:
    """Prepares the volumes of one pod.

    Args:
        api: the API server.
        facts: the pod.
        folder: where its volumes lie; made and removed by the pod's worker.
        claims: the only folder in which hostPath and claims may lie.
    """

    def __init__(self, api: Api, facts: PodFacts, folder: Path, claims: Path) -> None:
        self._api, self._facts, self._folder, self._claims = api, facts, folder, claims

    async def prepare(self, volume: Json) -> Volume:
        """Prepares one volume; raises NotYet, in the kubelet's words, while something is missing."""
        if "emptyDir" in volume:
            return self._empty(volume)
        if "persistentVolumeClaim" in volume:
            return await self._claim(volume["name"], volume["persistentVolumeClaim"])
        if "hostPath" in volume:
            return Volume(self._inside(volume["name"], volume["hostPath"]["path"]))
        try:
            return self._write(volume["name"], await self._files(volume))
        except NotYet as missing:
            text = f'MountVolume.SetUp failed for volume "{volume["name"]}" : {missing}'
            raise NotYet(text, volume["name"]) from missing

    def _empty(self, volume: Json) -> Volume:
        """Memory is a tmpfs when one container alone mounts it; containers that share it share a folder instead."""
        name, settings = volume["name"], volume["emptyDir"] or {}
        spec = self._facts.pod["spec"]
        containers = [*(spec.get("initContainers") or []), *spec["containers"]]
        users = [c for c in containers if any(m["name"] == name for m in c.get("volumeMounts") or [])]
        if settings.get("medium") == "Memory" and len(users) == 1:
            return Volume(None, int(quantity(str(settings.get("sizeLimit") or "0"))))
        path = self._folder / name
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o777)
        return Volume(path)

    async def _claim(self, volume_name: str, source: Json) -> Volume:
        namespace, name = self._facts.namespace, source["claimName"]
        claim = await self._api.find(f"/api/v1/namespaces/{namespace}/persistentvolumeclaims/{name}")
        if claim is None:
            raise NotYet(f'persistentvolumeclaim "{name}" not found', volume_name)
        if claim.get("status", {}).get("phase") != "Bound":
            raise NotYet(f'PVC "{namespace}/{name}" is not bound', volume_name)
        volume = await self._api.find(f"/api/v1/persistentvolumes/{claim['spec']['volumeName']}")
        host_path = ((volume or {}).get("spec", {}).get("hostPath") or {}).get("path")
        if host_path is None:
            raise NotYet(f'PVC "{namespace}/{name}" is not on a volume of the local node', volume_name)
        return Volume(self._inside(volume_name, host_path), read_only=source.get("readOnly", False))

    def _inside(self, volume_name: str, path: str) -> Path:
        resolved = Path(path).resolve()
        if not resolved.is_relative_to(self._claims.resolve()):
            raise NotYet(
                f"hostPath {path} is outside {self._claims}, the only folder the local node lends", volume_name
            )
        resolved.mkdir(parents=True, exist_ok=True)
        return resolved

    async def _files(self, volume: Json) -> list[VolumeFile]:
        if "projected" not in volume:
            return await self._source_files(volume, _mode(volume))
        mode = volume["projected"].get("defaultMode", _FILE_MODE)
        files: list[VolumeFile] = []
        for source in volume["projected"].get("sources") or []:
            files += await self._source_files(source, mode)
        return files

    async def _source_files(self, source: Json, mode: int) -> list[VolumeFile]:
        if "downwardAPI" in source:
            return [self._downward(item, mode) for item in source["downwardAPI"].get("items") or []]
        if "serviceAccountToken" in source:
            return [await self._token(source["serviceAccountToken"], mode)]
        for key, kind in (("secret", "secret"), ("configMap", "configmap")):
            if key in source:
                return await self._object_files(kind, source[key], mode)
        raise NotYet("this kind of projection is not supported by the local node")

    async def _object_files(self, kind: str, source: Json, mode: int) -> list[VolumeFile]:
        name, optional = source.get("secretName") or source["name"], source.get("optional", False)
        found = await entries(self._api, kind, self._facts.namespace, name, optional)
        items = source.get("items")
        if found is None:
            return []
        if not items:
            return [VolumeFile(key, content, mode) for key, content in found.items()]
        for item in items:
            if item["key"] not in found and not optional:
                raise NotYet(f"references non-existent {'secret' if kind == 'secret' else 'config'} key: {item['key']}")
        return [VolumeFile(i["path"], found[i["key"]], i.get("mode", mode)) for i in items if i["key"] in found]

    def _downward(self, item: Json, mode: int) -> VolumeFile:
        if "fieldRef" in item:
            value = field_value(self._facts, item["fieldRef"]["fieldPath"])
        else:
            value = resource_value(self._facts, item["resourceFieldRef"], "")
        return VolumeFile(item["path"], value.encode(), item.get("mode", mode))

    async def _token(self, source: Json, mode: int) -> VolumeFile:
        metadata, spec = self._facts.pod["metadata"], self._facts.pod["spec"]
        account = spec.get("serviceAccountName") or "default"
        bound = {"apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "uid": metadata["uid"]}
        request: Json = {"expirationSeconds": source.get("expirationSeconds", 3600), "boundObjectRef": bound}
        if source.get("audience"):
            request["audiences"] = [source["audience"]]
        path = f"/api/v1/namespaces/{self._facts.namespace}/serviceaccounts/{account}/token"
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": request}
        return VolumeFile(source["path"], (await self._api.create(path, body))["status"]["token"].encode(), mode)

    def _write(self, name: str, files: list[VolumeFile]) -> Volume:
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
            target.chmod(file.mode)
        return Volume(folder, read_only=True)


def _mode(volume: Json) -> int:
    source = next(volume[key] for key in ("secret", "configMap", "downwardAPI") if key in volume)
    return int(source.get("defaultMode", _FILE_MODE))

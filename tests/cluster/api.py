"""A small typed REST client for tests: plain dicts, errors with the server's Status, waiting with a deadline."""

import json
import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import httpx
import yaml

from tests.cluster.certificates import KeyPair
from tests.cluster.resources import Resource

T = TypeVar("T")
Object = dict[str, Any]
Objects = list[Object]
Target = str | Resource
PatchKind = Literal["merge", "json", "apply", "strategic"]

_CONTENT_TYPES: dict[PatchKind, str] = {
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",
    "strategic": "application/strategic-merge-patch+json",
}
_FIRST_POLL_SECONDS, _LONGEST_POLL_SECONDS = 0.02, 0.25
FIELD_MANAGER = "transferjob-tests"


class ApiError(Exception):
    """The server answered with an error; `status` is its Status object."""

    def __init__(self, code: int, status: Object) -> None:
        super().__init__(f"{code} {status.get('reason', '')}: {status.get('message', '')}")
        self.code = code
        self.status = status

    @property
    def reason(self) -> str:
        """The machine-readable reason, such as `NotFound`, `Invalid` or `Conflict`."""
        return str(self.status.get("reason", ""))


class Api:
    """One identity's view of one API server."""

    def __init__(
        self,
        url: str,
        authority: Path,
        *,
        client: KeyPair | None = None,
        token: str | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Connects lazily as the certificate `client` or the bearer `token`; `timeout` is in seconds a request."""
        context = ssl.create_default_context(cafile=str(authority))
        if client is not None:
            context.load_cert_chain(client.certificate, client.key)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=url, verify=context, headers=headers, timeout=timeout, trust_env=False, follow_redirects=False
        )
        self._kinds: dict[tuple[str, str], tuple[str, bool]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def get(self, target: Target, **query: str) -> Object:
        """One object, or a whole list object."""
        return self.request("GET", target, query=query)

    def find(self, target: Target) -> Object | None:
        """One object, or None when there is none."""
        try:
            return self.get(target)
        except ApiError as error:
            if error.code == httpx.codes.NOT_FOUND:
                return None
            raise

    def list(self, target: Target, **query: str) -> Objects:
        """The items of a collection; `query` as in `labelSelector="a=b"`."""
        items: Objects = self.get(target, **query)["items"]
        return items

    def create(self, target: Target, body: Object, **query: str) -> Object:
        """Posts `body` to a collection or a subresource."""
        return self.request("POST", target, body=body, query=query)

    def replace(self, target: Target, body: Object, **query: str) -> Object:
        """Puts the whole object."""
        return self.request("PUT", target, body=body, query=query)

    def patch(self, target: Target, body: Any, kind: PatchKind = "merge", **query: str) -> Object:
        """Patches an object or its subresource; `apply` takes conflicting fields over."""
        if kind == "apply":
            query = {"fieldManager": FIELD_MANAGER, "force": "true", **query}
        return self.request("PATCH", target, body=body, query=query, content_type=_CONTENT_TYPES[kind])

    def delete(
        self,
        target: Target,
        *,
        propagation: Literal["Background", "Foreground", "Orphan"] = "Background",
        grace_seconds: int | None = None,
        missing_ok: bool = True,
    ) -> None:
        """Deletes an object or a whole collection."""
        options: Object = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        try:
            self.request("DELETE", target, body=options)
        except ApiError as error:
            if not (missing_ok and error.code == httpx.codes.NOT_FOUND):
                raise

    def apply_file(self, path: Path) -> Objects:
        """Server-side applies every document of a YAML file, in its order; waits until its CRDs are served."""
        with path.open() as file:
            return [self.apply(document) for document in yaml.safe_load_all(file) if document]

    def apply(self, document: Object, namespace: str = "default") -> Object:
        """Server-side applies one object; `namespace` counts where the object names none."""
        target = self._target_of(document, namespace)
        applied = self.patch(target, document, "apply")
        if document["kind"] == "CustomResourceDefinition":
            return self.wait_for(target, lambda crd: condition(crd, "Established") == "True")
        return applied

    def wait_for(self, target: Target, predicate: Callable[[Object], bool], deadline: float = 30.0) -> Object:
        """The object or list, once `predicate` holds for it; one that does not exist yet is waited for.

        Raises TimeoutError after `deadline` seconds, with the last state seen.
        """
        last = poll(lambda: self.find(target), lambda found: found is not None and predicate(found), deadline, target)
        assert last is not None
        return last

    def wait_gone(self, target: Target, deadline: float = 30.0) -> None:
        """Returns when the object no longer exists. Raises TimeoutError after `deadline` seconds."""
        poll(lambda: self.find(target), lambda found: found is None, deadline, target)

    def text(self, target: Target, **query: str) -> str:
        """The body of a GET as it is: logs, metrics, /readyz."""
        return self._send("GET", target, query, None, None).text

    def request(
        self,
        method: str,
        target: Target,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = "application/json",
    ) -> Object:
        """Any request with a JSON answer. Raises ApiError, and httpx.TransportError when there is no answer."""
        content = None if body is None else json.dumps(body).encode()
        answer: Object = self._send(method, target, query or {}, content, content_type).json()
        return answer

    def _send(
        self, method: str, target: Target, query: Mapping[str, str], content: bytes | None, content_type: str | None
    ) -> httpx.Response:
        headers = {"Content-Type": content_type} if content is not None and content_type else {}
        response = self._http.request(method, path_of(target), params=dict(query), content=content, headers=headers)
        if response.is_success:
            return response
        raise ApiError(response.status_code, _status(response))

    def _target_of(self, document: Object, namespace: str) -> Resource:
        api_version, kind = document["apiVersion"], document["kind"]
        metadata = document["metadata"]
        plural, namespaced = self._lookup(api_version, kind)
        scope = metadata.get("namespace", namespace) if namespaced else None
        return Resource(api_version, plural, scope, metadata["name"])

    def _lookup(self, api_version: str, kind: str) -> tuple[str, bool]:
        if (api_version, kind) not in self._kinds:
            root = "/apis" if "/" in api_version else "/api"
            for entry in self.get(f"{root}/{api_version}")["resources"]:
                if "/" not in entry["name"]:
                    self._kinds[api_version, entry["kind"]] = entry["name"], entry["namespaced"]
        try:
            return self._kinds[api_version, kind]
        except KeyError:
            raise LookupError(f"the server knows no kind {kind!r} in {api_version!r}") from None


def poll(read: Callable[[], T], done: Callable[[T], bool], deadline: float, what: object) -> T:
    """Reads until `done` accepts the value, and returns it. Raises TimeoutError after `deadline` seconds."""
    end, pause = time.monotonic() + deadline, _FIRST_POLL_SECONDS
    while True:
        value = read()
        if done(value):
            return value
        if time.monotonic() >= end:
            raise TimeoutError(f"not within {deadline:g} s: {what}; last seen: {_short(value)}")
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_POLL_SECONDS)


def condition(found: Object, kind: str) -> str | None:
    """The status (`True`, `False`, `Unknown`) of a condition, None when the object has none of that type."""
    conditions: Objects = found.get("status", {}).get("conditions") or []
    return next((str(c["status"]) for c in conditions if c["type"] == kind), None)


def path_of(target: Target) -> str:
    """The URL path of a target."""
    return target if isinstance(target, str) else target.path


def _status(response: httpx.Response) -> Object:
    try:
        status = response.json()
    except ValueError:
        status = None
    return status if isinstance(status, dict) else {"message": response.text[:1000]}


def _short(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 2000 else f"{text[:2000]}..."

"""A request as the API server understands it."""

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

_WRITES = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_BACKGROUND = ("events", "leases")


@dataclass(frozen=True)
class Seen:
    """One request; `resource` has the subresource behind a slash, as RBAC writes it."""

    verb: str
    resource: str
    namespace: str
    name: str
    target: str

    @property
    def is_write(self) -> bool:
        """Whether it changes what a decision is about: Events and the Lease do not."""
        return self.verb in _WRITES.values() and self.resource not in _BACKGROUND

    def __str__(self) -> str:
        return f"{self.verb} {self.resource} {self.namespace}/{self.name}"


def understand(method: str, target: str, body: bytes) -> Seen:
    """Reads method, URL and, for the name of a new object, the body."""
    url = urlsplit(target)
    parts = [unquote(part) for part in url.path.strip("/").split("/")]
    parts = parts[2:] if parts[0] == "api" else parts[3:]
    namespace = ""
    if len(parts) > 2 and parts[0] == "namespaces":
        namespace, parts = parts[1], parts[2:]
    plural, name, subresource = [*parts, "", "", ""][:3]
    verb = _WRITES.get(method) or _read(name, dict(parse_qsl(url.query)))
    if verb == "create" and not name:
        name = _name_in(body)
    return Seen(verb, f"{plural}/{subresource}" if subresource else plural, namespace, name, target)


def _read(name: str, query: dict[str, str]) -> str:
    if query.get("watch") in ("1", "true"):
        return "watch"
    return "get" if name else "list"


def _name_in(body: bytes) -> str:
    try:
        return str(json.loads(body)["metadata"].get("name", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""

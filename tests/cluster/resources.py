"""Where an object lives under the API server's URL."""

from typing import NamedTuple


class Resource(NamedTuple):
    """A collection, an object in it, or a subresource of that.

    `plural` is the lower-case plural name (`jobs`); without `namespace` it is cluster-scoped or spans all namespaces.
    """

    api_version: str
    plural: str
    namespace: str | None = None
    name: str | None = None
    subresource: str | None = None

    @property
    def path(self) -> str:
        """The path, such as `/apis/batch/v1/namespaces/default/jobs/a/status`."""
        root = "/apis" if "/" in self.api_version else "/api"
        scope = f"/namespaces/{self.namespace}" if self.namespace else ""
        rest = "".join(f"/{part}" for part in (self.name, self.subresource) if part)
        return f"{root}/{self.api_version}{scope}/{self.plural}{rest}"

    def named(self, name: str) -> "Resource":
        """The object `name` of this collection."""
        return self._replace(name=name, subresource=None)


def pods(namespace: str | None = None, name: str | None = None) -> Resource:
    """Pods, or one of them."""
    return Resource("v1", "pods", namespace, name)


def jobs(namespace: str | None = None, name: str | None = None) -> Resource:
    """Jobs, or one of them."""
    return Resource("batch/v1", "jobs", namespace, name)


def nodes(name: str | None = None) -> Resource:
    """Nodes, or one of them."""
    return Resource("v1", "nodes", None, name)

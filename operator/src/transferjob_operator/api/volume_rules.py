"""What the models of volumes check, as CEL for the API server."""

from __future__ import annotations

from collections.abc import Iterator

from .rule import Rule
from .volumes import KINDS, NAME_IS_OWN, NAMES_REPEAT, ONE_KIND, OWN_NAMES, OWN_PATHS, PATH_IS_OWN, PATHS_REPEAT


def volume_rules() -> Iterator[Rule]:
    """The rules of spec.pod.volumes."""
    kinds = ", ".join(f"has(self.{kind})" for kind in KINDS)
    yield Rule("pod.volumes[]", f"[{kinds}].filter(x, x).size() == 1", ONE_KIND)
    yield Rule("pod.volumes[].name", f"!self.matches('{OWN_NAMES}')", NAME_IS_OWN)
    yield Rule("pod.volumes[].mountPath", " && ".join(map(_apart_from, OWN_PATHS)), PATH_IS_OWN)
    for field, message in (("name", NAMES_REPEAT), ("mountPath", PATHS_REPEAT)):
        once = f"self.volumes.all(x, self.volumes.exists_one(y, x.{field} == y.{field}))"
        yield Rule("pod", f"!has(self.volumes) || {once}", message, field="volumes")


def _apart_from(path: str) -> str:
    return f"!(self + '/').startsWith('{path}/') && !'{path}/'.startsWith(self + '/')"

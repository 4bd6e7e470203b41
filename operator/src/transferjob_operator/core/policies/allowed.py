"""What the administrator allows a job to name: images, places, service accounts, priority classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...api.spec import TransferJobSpec

PLAIN_WEIGHTS = ("imagenet", "none")
"""Values of backbone.weights that are no place."""
_ENDS_OF_IMAGES = ("/", ":", "@")
_ENDS_OF_PLACES = ("/",)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Lists of what may be named; an empty list allows everything."""

    images: tuple[str, ...] = ()
    """Beginnings of spec.pod.image, up to a part of its name: `registry/team` is none of `registry/team-b/x`."""
    uris: tuple[str, ...] = ()
    """Beginnings of every URI of the spec, up to a part of the path."""
    service_accounts: tuple[str, ...] = ()
    """Names for spec.pod.serviceAccountName."""
    priority_classes: tuple[str, ...] = ()
    """Names for spec.pod.priorityClassName."""

    @property
    def everything(self) -> bool:
        """Whether no list says anything."""
        return not (self.images or self.uris or self.service_accounts or self.priority_classes)


def not_allowed(spec: TransferJobSpec, allowed: Allowed) -> tuple[str, ...]:
    """A sentence for each thing that the spec names and may not.

    Args:
        spec: As it is applied, without a profile's defaults: those are the administrator's own.
        allowed: What may be named.
    """
    return () if allowed.everything else tuple(_sentences(spec, allowed))


def _sentences(spec: TransferJobSpec, allowed: Allowed) -> Iterator[str]:
    pod = spec.pod
    yield from _begins("pod.image", pod.image, allowed.images, _ENDS_OF_IMAGES)
    for field, uri in _places(spec):
        yield from _begins(field, uri, allowed.uris, _ENDS_OF_PLACES)
    yield from _is_one_of("pod.serviceAccountName", pod.service_account_name, allowed.service_accounts)
    yield from _is_one_of("pod.priorityClassName", pod.priority_class_name, allowed.priority_classes)


def _places(spec: TransferJobSpec) -> Iterator[tuple[str, str | None]]:
    dataset, training = spec.dataset, spec.training
    yield "backbone.weights", None if spec.backbone.weights in PLAIN_WEIGHTS else spec.backbone.weights
    yield "dataset.uri", dataset.uri
    yield "dataset.validation.uri", dataset.validation.uri
    yield "dataset.test.uri", dataset.test.uri if dataset.test else None
    yield "training.featureCache.uri", training.feature_cache.uri if training.feature_cache else None
    yield "training.checkpoint.uri", training.checkpoint.uri if training.checkpoint else None
    yield "output.uri", spec.output.uri


def _begins(field: str, value: str | None, beginnings: tuple[str, ...], ends: tuple[str, ...]) -> Iterator[str]:
    if value is None or not beginnings or any(_is_below(value, beginning, ends) for beginning in beginnings):
        return
    yield f"spec.{field} must begin with one of {', '.join(beginnings)}, got {value!r}"


def _is_below(value: str, beginning: str, ends: tuple[str, ...]) -> bool:
    if value == beginning:
        return True
    return value.startswith(beginning) and (beginning.endswith(ends) or value[len(beginning) :].startswith(ends))


def _is_one_of(field: str, value: str | None, names: tuple[str, ...]) -> Iterator[str]:
    if value is not None and names and value not in names:
        yield f"spec.{field} must be one of {', '.join(names)}, got {value!r}"

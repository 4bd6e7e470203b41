"""What of a picture is kept and where it goes, in whole pixels: the same numbers for arrays and for graphs.

Written without branches and with the comparisons as arguments, so that the exported graph computes with this very code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
Compare = Callable[[T, T], T]


def crop_size(height: T, width: T, to_height: T, to_width: T, least: Compare[T], most: Compare[T]) -> tuple[T, T]:
    """The largest part of a picture that has the shape of the target, rounded half up; at least one pixel.

    Args:
        height: pixels of the picture, an integer or an integer tensor; so are the others.
        width: pixels of the picture.
        to_height: pixels of the target.
        to_width: pixels of the target.
        least: the smaller of two.
        most: the larger of two.
    """
    return (
        least(height, most(_one(height), _rounded(width, to_height, to_width))),
        least(width, most(_one(width), _rounded(height, to_width, to_height))),
    )


def pad_size(height: T, width: T, to_height: T, to_width: T, least: Compare[T], most: Compare[T]) -> tuple[T, T]:
    """The largest size with the picture's shape that fits into the target; arguments as of crop_size."""
    return crop_size(to_height, to_width, height, width, least, most)


def margin(outer: T, inner: T) -> T:
    """Pixels before a part that is in the middle; an odd one goes behind it."""
    return (outer - inner) // 2  # type: ignore[operator, no-any-return]


def _rounded(length: T, by: T, over: T) -> T:
    return (length * by + over // 2) // over  # type: ignore[operator, no-any-return]


def _one(like: T) -> T:
    return like // like  # type: ignore[operator, no-any-return]

"""What a full disk looks like, whoever was writing."""

from __future__ import annotations

import errno

_FULL = {errno.ENOSPC, errno.EDQUOT}
_SAID = "No space left on device"


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk, or the quota of it, is used up.

    HDF5 and TensorFlow raise errors of their own without a number, so their words count too.
    """
    return (isinstance(error, OSError) and error.errno in _FULL) or _SAID in str(error)

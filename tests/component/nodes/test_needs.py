"""A machine that cannot run nodes is told why, before anything is started."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.nodes import needs


def test_without_root_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(needs.NeedError, match=r"need root.*sudo"):
        needs.check()


def test_absent_tools_are_told_with_their_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(needs.NeedError) as told:
        needs.check()
    assert "ctr" in str(told.value)
    # Busybox is looked for outside PATH and may be there or not.
    assert "apt-get install buildah conntrack containerd " in str(told.value).replace("busybox-static ", "")

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.schedules.life import Life

pytestmark = pytest.mark.checklist(45)
Life.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestLife = Life.TestCase

"""What all tests share: the cluster fixtures, and how hypothesis looks for counterexamples."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.cluster_fixtures", "tests.support.order"]

# Timing is never a test. The same examples every time: a red run is about the change, not about luck.
settings.register_profile("repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")

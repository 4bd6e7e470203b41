"""What all tests share: the cluster fixtures, and nothing that a single package could own."""

pytest_plugins = ["tests.support.cluster_fixtures"]

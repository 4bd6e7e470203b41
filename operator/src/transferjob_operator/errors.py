"""The operator's own errors, each one sentence for a person."""

from __future__ import annotations


class OperatorError(Exception):
    """Something that ends the process with a sentence and no traceback."""


class SettingsError(OperatorError):
    """A flag or an environment variable has a value that cannot be used."""


class ConnectionSettingsError(OperatorError):
    """Neither a kubeconfig nor a pod's service account tells where the API server is."""

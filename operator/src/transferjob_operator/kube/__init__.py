"""The rim towards the Kubernetes API: the only package that imports its client."""

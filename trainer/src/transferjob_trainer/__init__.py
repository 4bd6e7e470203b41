"""The Keras trainer: one process a pod, driven by a run file."""

"""Names of the environment variables and paths by which the operator tells a pod's trainer where things are."""

from __future__ import annotations

POD_UID = "TRANSFERJOB_POD_UID"
POD_IP = "TRANSFERJOB_POD_IP"
CLAIMS_ROOT = "TRANSFERJOB_CLAIMS_ROOT"
"""Folder under which each claim of a pvc:// URI is mounted by its name."""
SCRATCH = "TRANSFERJOB_SCRATCH"
"""Folder for temporary files."""
KERAS_HOME = "KERAS_HOME"
"""Keras' own: its folder, with `datasets` in it, for keras:// names; set by whoever mounts it."""
GRACE_SECONDS = "TRANSFERJOB_GRACE_SECONDS"
"""Seconds from SIGTERM to SIGKILL: the pod's terminationGracePeriodSeconds."""
IMAGENET_MIRROR = "TRANSFERJOB_IMAGENET_MIRROR"
"""URI of a folder with the files of Keras' ImageNet weights, for places without the Internet."""

WORKERS = "TRANSFERJOB_WORKERS"
"""Number of pods; only when there are several."""
PEERS = "TRANSFERJOB_PEERS"
"""Their DNS names or addresses in the order of their indices, with commas between; only when there are several."""
PEER_PORT = 2222
"""Where a worker listens for the one before it, unless its entry says `host:port`."""
COMPLETION_INDEX = "JOB_COMPLETION_INDEX"
"""The pod's index, set by the Job controller."""

DATASET_PREFIX = "TRANSFERJOB_DATASET_"
OUTPUT_PREFIX = "TRANSFERJOB_OUTPUT_"
S3_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL")
GCS_KEY = "GOOGLE_APPLICATION_CREDENTIALS_JSON"
"""A service account's key: the JSON file as it was downloaded."""
GCS_KEYS = (GCS_KEY, "GOOGLE_STORAGE_ENDPOINT_URL")
CREDENTIAL_KEYS = S3_KEYS + GCS_KEYS
"""Keys of a Secret; each becomes the variable PREFIX + key."""

RUN_FILE_MOUNT = "/etc/transferjob"
RUN_FILE_NAME = "run.json"
RUN_FILE_ANNOTATION = "transferjob.dev/run-file"
CLAIMS_MOUNT = "/mnt/claims"
SCRATCH_MOUNT = "/tmp"  # noqa: S108 - a mount point in the pod, an emptyDir of its own
TERMINATION_LOG = "/dev/termination-log"
CONTAINER_NAME = "trainer"

"""Loading data needs neither TensorFlow nor, for local folders, the SDKs of S3 and Google or scikit-learn."""

import subprocess
import sys

HEAVY = ("tensorflow", "keras", "boto3", "botocore", "google.cloud", "google.auth", "sklearn")


def test_heavy_packages_are_imported_only_when_needed() -> None:
    script = (
        "import sys, transferjob_trainer.data, transferjob_trainer.storage\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"

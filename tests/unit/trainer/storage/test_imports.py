"""Loading data needs neither TensorFlow nor, for local folders, the S3 SDK or scikit-learn."""

import subprocess
import sys


def test_heavy_packages_are_imported_only_when_needed() -> None:
    script = (
        "import sys, transferjob_trainer.data, transferjob_trainer.storage\n"
        "print([name for name in ('tensorflow', 'keras', 'boto3', 'botocore', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"

"""Files at a URI: a local folder (file://, pvc://) an S3 or Cloud Storage bucket, a web server, behind one protocol."""

from .base import Entry, Storage
from .credentials import Credentials
from .factory import open_storage

__all__ = ["Credentials", "Entry", "Storage", "open_storage"]

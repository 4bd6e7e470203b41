"""Files at a URI: a local folder (file://, pvc://) or an S3 bucket, behind one protocol."""

from .base import Entry, Storage
from .credentials import Credentials
from .factory import open_storage

__all__ = ["Credentials", "Entry", "Storage", "open_storage"]

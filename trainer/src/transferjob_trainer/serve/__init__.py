"""A small HTTP server on a published model: a page to drop pictures on, and the same answers as JSON."""

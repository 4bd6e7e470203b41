"""The demo: a true story about transfer learning, told on a real API server."""

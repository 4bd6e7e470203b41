"""What a job looks like: pure functions from the API server's objects to text and rich renderables."""

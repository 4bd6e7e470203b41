"""The moving parts: queue, workers and the one sequence that reads, decides and writes."""

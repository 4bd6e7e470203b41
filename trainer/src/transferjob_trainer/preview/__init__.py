"""What a run would do, from tables alone: nothing is built, read or run."""

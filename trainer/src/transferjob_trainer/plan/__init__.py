"""The plan of a run: what is computed once and kept, by static tables, so that two runs of a job decide alike."""

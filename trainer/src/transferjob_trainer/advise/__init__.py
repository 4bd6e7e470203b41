"""Advice on the freeze count, found out from the job's own pictures: probes of the features, then short trainings."""

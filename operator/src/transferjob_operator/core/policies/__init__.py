"""The operator's own rules about a job, one a file. Pure: status, records and the time in, a ruling out."""

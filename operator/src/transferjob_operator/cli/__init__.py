"""The command line: `transferjob`."""

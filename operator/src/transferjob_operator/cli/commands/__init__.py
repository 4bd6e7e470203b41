"""One module a command. They import what is slow inside their functions, so that `--help` is fast."""

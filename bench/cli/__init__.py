"""How long the command line takes to start, beside the bare import of what it is made of."""

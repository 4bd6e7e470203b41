"""The pure half of the operator: spec, status, children and clock in, the next writes out. No I/O, no clock."""

"""Several workers and several devices: rows of a batch shared out, gradients added up, and one end for all."""

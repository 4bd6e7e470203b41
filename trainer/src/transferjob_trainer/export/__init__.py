"""From the trained network to files that others run: written, run by their own run-time, and compared with Keras."""

"""Turns a Keras snippet into a manifest by its syntax tree: nothing of the snippet is ever run."""

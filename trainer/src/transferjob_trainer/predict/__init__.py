"""Uses a published model: the same decoding as in training, then the model's own probabilities."""

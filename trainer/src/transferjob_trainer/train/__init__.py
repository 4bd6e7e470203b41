"""The training loop: batches in a seeded order, watched, with the best epoch's weights kept."""

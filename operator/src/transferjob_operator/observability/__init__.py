"""What the operator says about itself: metrics, health and log lines."""

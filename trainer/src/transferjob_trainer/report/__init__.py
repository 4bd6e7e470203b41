"""The report for people: one HTML file beside the model, readable offline."""

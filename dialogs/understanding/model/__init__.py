"""The learned classifier: its features, training, measure, and files."""

"""Figures of offers and findings on the command line."""

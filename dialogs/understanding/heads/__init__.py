"""Learned heads: linear classifiers on sentence vectors and character n-grams, one for each thing a text may tell."""

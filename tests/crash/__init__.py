"""Servers are killed at random moments; every acknowledged message must be there once, in order, in its own chat."""

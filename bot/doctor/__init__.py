"""`amends doctor`: what is configured, reachable and unsafe, by subject."""

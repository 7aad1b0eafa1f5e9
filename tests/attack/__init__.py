"""What an attacker tried, and that it no longer works. `make attack` runs these and prints a table."""

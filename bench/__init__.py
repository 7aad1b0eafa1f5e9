"""How fast Amends is, in the same run as the least a server could do. `make bench` prints the table."""

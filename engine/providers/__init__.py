"""Understanding that may fail: a service over the network, and the order in which others stand in for it."""

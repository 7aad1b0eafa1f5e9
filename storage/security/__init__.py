"""What bears on security: the log that administrators read, keys, blocked networks, and what rang too often."""

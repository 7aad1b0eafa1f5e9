"""What the commands do. Each is called by `bot/cli/` and imports what it needs when it runs."""

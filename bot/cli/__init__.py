"""The command line: what is typed, a file per group of commands. What a command does stands in `bot/commands/`."""

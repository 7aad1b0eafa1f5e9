"""The chat itself: opening and leaving it, its language, help, commands in words, and small talk."""

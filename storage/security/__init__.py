"""Who did what that bears on security: the structured log that an administrator reads."""

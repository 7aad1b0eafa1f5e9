"""Looking after space while serving: sweeping, and whether anything can still be written."""

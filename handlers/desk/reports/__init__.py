"""Pages for supervisors and administrators: figures, the security log."""

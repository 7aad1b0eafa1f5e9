"""The audit trail, seals and books over all other tables, and their verification."""

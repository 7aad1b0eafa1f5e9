"""What agents do to a record or a case."""

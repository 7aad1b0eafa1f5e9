"""The real parts that tests run against: server processes, a PostgreSQL, free ports. No doubles here."""

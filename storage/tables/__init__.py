"""All tables as SQLAlchemy metadata, by subject. `core` knows all others."""

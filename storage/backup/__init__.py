"""Copies of everything on file, made while it is served, and brought back. A folder is a backup:

manifest.json    what is in it, with a digest of the database's copy
amends.db        a SQLite database; or amends.dump, what pg_dump wrote of a PostgreSQL one
files/           what customers and colleagues sent, by content
secret.key       the key, only if it was asked for
"""

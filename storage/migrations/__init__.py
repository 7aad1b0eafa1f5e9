"""Every change to the tables, in order. A migration, once released, is never edited."""

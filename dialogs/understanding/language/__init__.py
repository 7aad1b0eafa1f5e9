"""Which language a text is in, and what its language pack holds."""

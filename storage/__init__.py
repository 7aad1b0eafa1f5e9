"""Tables, transactions and everything kept: conversations, cases, files, audit, outbox, timers.

Synchronous SQLAlchemy Core on SQLite or PostgreSQL. Nothing here knows of channels or of asyncio.
"""

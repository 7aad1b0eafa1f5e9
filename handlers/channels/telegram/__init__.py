"""Customers on Telegram. Nothing outside this package imports aiogram, and nobody imports this package without a token.

incoming   what an update says, as data            pure
reading    an update as it comes, read as such data
layout     buttons in rows, long texts in parts     pure
api        calls to the Bot API, and what their failures mean
files      files that customers send, fetched and kept
reception  an update becomes a turn
polling    updates asked for      webhook   updates brought
outgoing   messages of the outbox, sent
channel    all of it put together
"""

CHANNEL = "telegram"

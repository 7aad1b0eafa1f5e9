"""Colleagues on Telegram: a group in which waiting chats are claimed and answered.

Nothing outside this package imports python-telegram-bot, and nobody imports this package without a token.

words, cards, buttons, forms  what is shown, as data       pure
sync_plan                     what is to be done next      pure
incoming                      what an update says, as data pure
api                           calls to the Bot API, and what their failures mean
files                         files to and from Telegram
sync                          the group is brought to show what it should
reception, callbacks          what colleagues write and tap becomes acts
channel                       all of it put together
"""

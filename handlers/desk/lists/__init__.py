"""Lists of chats: the inbox, what the bot leads, what is done to several at once, notifications."""

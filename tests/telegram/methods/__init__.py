"""The methods of the Bot API, each a plain function of a call. Only `getUpdates` waits, so it is not here."""

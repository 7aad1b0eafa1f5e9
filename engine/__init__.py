"""The turn: events are read, stepped, committed and delivered here, whatever channel they come from."""

"""The page of one chat: everything a colleague sees of it, and everything they do there."""

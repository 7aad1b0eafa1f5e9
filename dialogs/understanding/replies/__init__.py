"""What a text means as a reply to a question."""

"""What is offered to put a complaint right: made, answered in the chat, and kept."""

"""What is offered to put a complaint right: lines, lifecycle, limits, and what is owed after a yes. Pure."""

"""What the desk and the staff's bot have in common: acting in a customer's chat, and giving out what waits."""

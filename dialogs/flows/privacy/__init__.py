"""What customers ask about the data that is kept about them."""

"""What stands before every answer: who is asking, on whose behalf, and how much may arrive at once."""

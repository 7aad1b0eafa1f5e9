"""Understanding: from a customer's words to a reading, without knowing what was asked."""

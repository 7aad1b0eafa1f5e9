"""Files: what they are, whose, how much may be kept, and what nobody needs any more."""

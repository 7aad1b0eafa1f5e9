"""What a serving process does beside the turns: the search index, proofs, the clock, housekeeping."""
